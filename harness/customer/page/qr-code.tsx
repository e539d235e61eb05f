import { useState } from 'preact/hooks'
import { create } from 'qrcode'
import { useWords } from './words.ts'

const quietModules = 4

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
      {open && <DrawnCode text={text} of={of} />}
    </details>
  )
}

function DrawnCode({ text, of = `${text.slice(0, 6)}…` }: Props) {
  const { size, data } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  }).modules
  const side = size + 2 * quietModules
  const dark = Array.from(data, (isDark, i) =>
    isDark ? `M${(i % size) + quietModules} ${Math.floor(i / size) + quietModules}h1v1h-1z` : '',
  ).join('')
  return (
    <svg viewBox={`0 0 ${side} ${side}`} role="img" aria-label={`QR: ${of}`}>
      <path class="paper" d={`M0 0h${side}v${side}h-${side}z`} />
      <path class="ink" d={dark} />
    </svg>
  )
}
