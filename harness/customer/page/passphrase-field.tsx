import { useRef, useState } from 'preact/hooks'
import type { CardForm } from '../card-form.ts'
import type { Messages } from '../messages/index.ts'
import {
  charactersOf,
  hasOddBlanks,
  letterOfOtherScript,
  type TypedPassphrase,
  writtenFrom,
} from '../typed-passphrase.ts'
import { shownAs, unremembered } from './private-field.ts'
import { useWords } from './words.ts'

interface Props {
  readonly form: CardForm
  /** What stands in it at first. */
  readonly begun: string
  readonly typed: TypedPassphrase
  readonly shown: boolean
  readonly onShown: (shown: boolean) => void
  readonly onChange: (value: string) => void
}

/** Where a passphrase is typed: a box a character where the product has a pattern, else one field. */
export function PassphraseField({ form, begun, typed, shown, onShown, onChange }: Props) {
  const words = useWords()
  const { groups, groupLength, alphabet, madeBy } = form.passphrase
  const patterned = alphabet !== null && groups !== null && groupLength !== null
  const doubts = patterned || typed.outcome !== 'complete' ? [] : doubtsOf(typed.text, words)
  return (
    <>
      <p id="passphrase-hint">{madeBy === 'customer' ? words.passphrase.own : words.passphrase.where}</p>
      {patterned ? (
        <Boxes form={form} groups={groups} groupLength={groupLength} shown={shown} begun={begun} onChange={onChange} />
      ) : (
        <>
          <label for="passphrase">{words.passphrase.label}</label>
          <input
            id="passphrase"
            {...shownAs(shown)}
            defaultValue={begun}
            aria-describedby="passphrase-hint passphrase-said"
            {...unremembered}
            onInput={({ currentTarget: { value } }) => onChange(value)}
          />
        </>
      )}
      <p id="passphrase-said" aria-live="polite" class={typed.outcome === 'foreign-character' ? 'bad' : undefined}>
        {doubts.length === 0
          ? said(typed, words)
          : doubts.map(doubt => (
              <span key={doubt} class="doubt">
                {doubt}
              </span>
            ))}
      </p>
      <label class="choice">
        <input type="checkbox" checked={shown} onChange={() => onShown(!shown)} />
        <span>{words.passphrase.show}</span>
      </label>
    </>
  )
}

/** Of own words: what few mean who type it, and what nobody sees. */
function doubtsOf(text: string, { passphrase: words }: Messages): string[] {
  const other = letterOfOtherScript(text)
  return [...(hasOddBlanks(text) ? [words.oddBlanks] : []), ...(other === null ? [] : [words.twoScripts(other)])]
}

function said(typed: TypedPassphrase, words: Messages): string {
  switch (typed.outcome) {
    case 'empty':
      return ''
    case 'complete':
      return words.passphrase.complete
    case 'incomplete':
      return words.passphrase.incomplete(typed.typed, typed.needed)
    case 'too-long':
      return words.passphrase.tooLong(typed.typed, typed.needed)
    case 'foreign-character': {
      const { character, instead } = typed
      return (
        words.passphrase.foreign(character) + (instead.length > 0 ? words.passphrase.instead(instead.join(' / ')) : '')
      )
    }
  }
}

interface BoxesProps {
  readonly form: CardForm
  readonly groups: number
  readonly groupLength: number
  readonly shown: boolean
  readonly begun: string
  readonly onChange: (value: string) => void
}

function Boxes({ form: { passphrase }, groups, groupLength, shown, begun, onChange }: BoxesProps) {
  const words = useWords()
  const count = groups * groupLength
  const [characters, setCharacters] = useState<readonly string[]>(() => {
    const read = charactersOf(passphrase, begun)
    return Array.from({ length: count }, (_, at) => read[at] ?? '')
  })
  const boxes = useRef<HTMLFieldSetElement>(null)
  const focus = (at: number) => {
    const box = boxes.current?.querySelectorAll('input')[Math.max(0, Math.min(count - 1, at))]
    box?.focus()
    box?.select()
  }
  /** Writes from one box on, as typed or pasted; more than there is room for is said, not cut off. */
  const write = (at: number, text: string) => {
    const written = charactersOf(passphrase, text)
    const next = writtenFrom(characters, at, written)
    setCharacters(next.slice(0, count))
    onChange(next.join(''))
    focus(at + written.length)
  }
  const erase = (at: number) => {
    const next = characters.map((one, i) => (i === at ? '' : one))
    setCharacters(next)
    onChange(next.join(''))
  }
  const onKey = (event: KeyboardEvent, at: number) => {
    if (event.key === 'Backspace') {
      event.preventDefault()
      const from = characters[at] === '' ? at - 1 : at
      if (from >= 0) erase(from)
      focus(from)
    } else if (event.key === 'ArrowLeft') focus(at - 1)
    else if (event.key === 'ArrowRight') focus(at + 1)
    else return
    event.preventDefault()
  }
  return (
    <fieldset class="boxes" ref={boxes} aria-describedby="passphrase-hint passphrase-said">
      <legend>{words.passphrase.label}</legend>
      {Array.from({ length: groups }, (_, group) => (
        <span class="group" key={group}>
          {Array.from({ length: groupLength }, (_, place) => {
            const at = group * groupLength + place
            const foreign = characters[at] !== '' && passphrase.alphabet?.includes(characters[at]!) === false
            return (
              <input
                key={at}
                {...shownAs(shown)}
                aria-label={words.passphrase.box(at + 1, count)}
                aria-invalid={foreign}
                value={characters[at]}
                {...unremembered}
                onInput={({ currentTarget }) => {
                  const { value } = currentTarget
                  // A box holds one character: of two, the new one is meant.
                  const before = characters[at]!
                  const text = value.length === 2 && before !== '' ? value.replace(before, '') || before : value
                  currentTarget.value = before
                  if (text === '') erase(at)
                  else write(at, text)
                }}
                onKeyDown={event => onKey(event, at)}
                onPaste={event => {
                  event.preventDefault()
                  write(at, event.clipboardData?.getData('text') ?? '')
                }}
              />
            )
          })}
        </span>
      ))}
      <small>{words.passphrase.paste}</small>
    </fieldset>
  )
}
