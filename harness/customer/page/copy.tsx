import { useState } from 'preact/hooks'
import { useWords } from './words.ts'

/** Copies a text, which is the only way out of the page. */
export function Copy({ text }: { readonly text: string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button
      type="button"
      class="small"
      aria-label={`${words.result.copy}: ${text.slice(0, 6)}…`}
      onClick={() => void copy().catch(() => {})}
    >
      {copied ? words.result.copied : words.result.copy}
    </button>
  )
}
