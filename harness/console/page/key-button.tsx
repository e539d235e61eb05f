import type { ComponentChildren } from 'preact'
import { useKeys } from './keys.ts'

interface KeyButtonProps {
  /** As `KeyboardEvent.key` has it, in lower case. */
  readonly keyName: string
  readonly run: () => void
  readonly class?: string
  readonly children: ComponentChildren
}

/** A button, and the key on it. */
export function KeyButton({ keyName, run, class: look = '', children }: KeyButtonProps) {
  useKeys({ [keyName]: run })
  return (
    <button type="button" class={look} aria-keyshortcuts={keyName} onClick={run}>
      {children} <kbd>{keyName.toUpperCase()}</kbd>
    </button>
  )
}
