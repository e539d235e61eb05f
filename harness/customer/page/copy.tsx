import { useEffect, useState } from 'preact/hooks'
import { afterCopy, type CopiedSecret } from '../copied-secret.ts'
import { useWords } from './words.ts'

/** Whether the clipboard, or a history that a system keeps of it, may hold a secret of this page. */
let copied: CopiedSecret = 'never'

/** What was copied here and is no secret, without blanks: pasted into the page again, it says nothing of a card. */
const shownHere = new Set<string>()
const bare = (text: string): string => text.replaceAll(/\s/g, '')
/** Whether a text was copied on this page, where it shows what it worked out. */
export const wasCopiedHere = (text: string): boolean => shownHere.has(bare(text))

/** Fields whose text may be shown to anybody. */
const publicFields = '#address, #wanted'

/** Hears of what is copied by hand, with the keyboard or a menu. */
export function useHandCopies(): void {
  useEffect(() => {
    const heard = ({ target }: Event) => {
      const inField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
      const selected = getSelection()
      const isSecret = inField
        ? !target.matches(publicFields)
        : [...document.querySelectorAll('.secret')].some(one => selected?.containsNode(one, true))
      copied = afterCopy(copied, isSecret)
      if (!inField && !isSecret) shownHere.add(bare(selected?.toString() ?? ''))
    }
    for (const event of ['copy', 'cut']) addEventListener(event, heard)
    return () => {
      for (const event of ['copy', 'cut']) removeEventListener(event, heard)
    }
  }, [])
}

/** Empties the clipboard where a secret was copied here last. `covered`: something else was; `failed`: it is in there still. */
export async function emptyClipboard(): Promise<'nothing' | 'covered' | 'emptied' | 'failed'> {
  shownHere.clear()
  if (copied === 'never') return 'nothing'
  if (copied === 'covered') {
    copied = 'never'
    return 'covered'
  }
  try {
    await navigator.clipboard.writeText('')
    copied = 'never'
    return 'emptied'
  } catch {
    return 'failed'
  }
}

interface Props {
  readonly text: string
  /** A key: it is to be taken out of the clipboard again. */
  readonly secret?: boolean
}

/** Copies a text, which is the only way out of the page. */
export function Copy({ text, secret = false }: Props) {
  const words = useWords()
  const [said, setSaid] = useState<'copied' | 'notCopied' | null>(null)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    copied = afterCopy(copied, secret)
    if (!secret) shownHere.add(bare(text))
    setSaid('copied')
    setTimeout(() => setSaid(null), 2000)
  }
  return (
    <button
      type="button"
      class="small"
      // A key's own letters are not for a voice that others hear.
      aria-label={`${words.result.copy}: ${secret ? words.result.keys : `${text.slice(0, 6)}…`}`}
      onClick={() => void copy().catch(() => setSaid('notCopied'))}
    >
      {said === null ? words.result.copy : words.result[said]}
    </button>
  )
}
