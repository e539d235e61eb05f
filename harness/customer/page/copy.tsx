import { useState } from 'preact/hooks'
import { useWords } from './words.ts'

/** Whether the clipboard may hold a key that this page put there. */
let holdsKey = false

/** Takes a key out of the clipboard that was copied here. `failed`: it is in there still. */
export async function emptyClipboard(): Promise<'nothing' | 'emptied' | 'failed'> {
  if (!holdsKey) return 'nothing'
  try {
    await navigator.clipboard.writeText('')
    holdsKey = false
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
    holdsKey = secret
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
