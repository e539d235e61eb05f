import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/**
 * A scanner types faster than a person, ms between two characters: one on the air takes up to some 100. A slower one would press the
 * page's keys, letter by letter.
 */
const SCANNER_GAP_MS = 200
/** Shorter is no code. */
const SHORTEST_CODE = 4

/** What keys do: a name as `KeyboardEvent.key` has it, in lower case. */
export type Keys = Readonly<Record<string, (() => void) | undefined>>

const isWritten = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select, dialog *')

/** What can be pressed now: of two things on one key the later one is meant. */
const boards: { keys: Keys }[] = []
const pressed = (wanted: string) => boards.findLast(({ keys }) => keys[wanted] !== undefined)?.keys[wanted]?.()

/** While what asks for it is on the page, these keys do that. */
export function useKeys(keys: Keys): void {
  const board = useRef({ keys })
  board.current.keys = keys
  useLayoutEffect(() => {
    boards.push(board.current)
    return () => void boards.splice(boards.indexOf(board.current), 1)
  }, [])
}

/**
 * Listens everywhere on the page: codes come as a scanner types them, ended by Enter or Tab; whatever is slower is a person at the keys.
 */
export function useKeyboard(onCode: (text: string) => void): void {
  const now = useRef(onCode)
  now.current = onCode
  useEffect(() => {
    let typed = ''
    let last = 0
    const onKey = (event: KeyboardEvent) => {
      if (isWritten(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      const { key, timeStamp } = event
      if (timeStamp - last > SCANNER_GAP_MS) typed = ''
      last = timeStamp
      if ((key === 'Enter' || key === 'Tab') && typed.length >= SHORTEST_CODE) {
        event.preventDefault()
        now.current(typed)
        typed = ''
        return
      }
      // The end of something that is no code: nobody pressed Enter.
      if (key === 'Enter' && typed.length > 1) {
        event.preventDefault()
        typed = ''
        return
      }
      if (key.length === 1) typed += key
      // A letter that begins a code is none of the page's: only what comes alone is.
      if (event.repeat) return
      const wanted = key.toLowerCase()
      if (wanted === 'enter' || wanted === 'escape') {
        if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return
        event.preventDefault()
        pressed(wanted)
        return
      }
      const before = typed
      if (before.length === 1) {
        setTimeout(() => {
          if (typed === before) pressed(wanted)
        }, SCANNER_GAP_MS + 10)
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

/** A button that was tapped, on whichever page, gives the keys back: the next Enter is the one that the bench names. */
export function useKeysGivenBack(): void {
  useEffect(() => {
    const onClick = ({ detail }: MouseEvent) => {
      if (detail > 0 && document.activeElement instanceof HTMLButtonElement) document.activeElement.blur()
    }
    addEventListener('click', onClick)
    return () => removeEventListener('click', onClick)
  }, [])
}
