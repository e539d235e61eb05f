import { useState } from 'preact/hooks'
import { drawnCode } from '../../core/drawn-code.ts'
import { useWords } from './words.ts'

interface Props {
  readonly text: string
  /** What it is, to say in place of its beginning. */
  readonly of?: string | undefined
}

/** A text as a code to scan, drawn when it is asked for. */
export function QrCode({ text, of }: Props) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  return (
    <details class="qr" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.result.qr}</summary>
      {open && <Drawn text={text} of={of} />}
    </details>
  )
}

function Drawn({ text, of = `${text.slice(0, 6)}…` }: Props) {
  const { sideModules: side, path } = drawnCode(text)
  return (
    <svg viewBox={`0 0 ${side} ${side}`} role="img" aria-label={`QR: ${of}`}>
      <path class="paper" d={`M0 0h${side}v${side}h-${side}z`} />
      <path class="ink" d={path} />
    </svg>
  )
}
