import { useEffect, useRef, useState } from 'preact/hooks'
import { useWords } from './words.ts'

interface StopDialogProps {
  readonly close: () => void
  readonly stop: (why: string) => void
}

/** Asks why before it stops: the journal keeps the reason. */
export function StopDialog({ close, stop }: StopDialogProps) {
  const { actions, keys } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [why, setWhy] = useState('')
  // At every draw: Escape shuts it before we hear of it, and who asks for it again by then would wait for what does not show.
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  })
  return (
    <dialog ref={dialog} aria-labelledby="stop-why" onClose={close}>
      <form
        method="dialog"
        onSubmit={event => {
          event.preventDefault()
          stop(why)
        }}
      >
        <label id="stop-why">
          {actions.stopWhy}
          <input value={why} maxLength={200} autoFocus onInput={({ currentTarget }) => setWhy(currentTarget.value)} />
        </label>
        <div class="choices">
          <button type="submit" class="main">
            {actions.stopNow} <kbd>{keys.enter}</kbd>
          </button>
          <button type="button" onClick={close}>
            {actions.goOn} <kbd>{keys.escape}</kbd>
          </button>
        </div>
      </form>
    </dialog>
  )
}
