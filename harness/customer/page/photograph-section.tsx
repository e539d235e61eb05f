import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProductProfile } from '../../products/profile.ts'
import type { JudgedPhotograph, OwnedState, PhotographAnswer } from '../photograph/photograph-messages.ts'
import { preparePhotograph, seePhotograph } from '../photograph/photograph-thread.ts'
import { pixelsOf } from './scanner.tsx'
import { useWords } from './words.ts'

interface Props {
  readonly profile: ProductProfile
  /** What was read on an opened card, for the fields above. */
  readonly onRead: (read: JudgedPhotograph['read']) => void
}

/** Beyond, a phone's picture has no more of a card, and reading it takes longer. */
const longestPhotographPx = 4000

type Said = PhotographAnswer | { readonly outcome: 'defect' }

/** Has a photograph of the card judged as the harness would, on this device. */
export function PhotographSection({ profile, onRead }: Props) {
  const { photograph: words, run, defect } = useWords()
  const [state, setState] = useState<OwnedState>('sealed')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [running, setRunning] = useState<AbortController | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  /** What is said, or still worked out, is of another question, or of fields that were cleared. */
  const stopped = useRef<AbortController | null>(null)
  const forget = () => {
    stopped.current?.abort()
    setSaid(null)
  }
  useEffect(() => () => stopped.current?.abort(), [])

  const judge = async (file: File) => {
    forget()
    const stop = new AbortController()
    stopped.current = stop
    setRunning(stop)
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const picture = await createImageBitmap(file)
      stop.signal.throwIfAborted()
      const pixels = pixelsOf(picture, picture.width, picture.height, longestPhotographPx)
      picture.close()
      const answer = await seePhotograph({ file: bytes, pixels, profile, state, list }, stop.signal)
      setSaid(answer)
      if (answer.outcome === 'judged') onRead(answer.photograph.read)
    } catch (error) {
      if (stop.signal.aborted) return
      const isNoPicture = error instanceof DOMException && error.name === 'InvalidStateError'
      setSaid(isNoPicture ? { outcome: 'unfit', because: '' } : { outcome: 'defect' })
    } finally {
      setRunning(null)
    }
  }
  return (
    <section
      aria-labelledby="photograph"
      onFocusCapture={preparePhotograph}
      onPointerDown={preparePhotograph}
      onDragEnter={preparePhotograph}
    >
      <h2 id="photograph">{words.title}</h2>
      <p>{words.why}</p>
      <fieldset>
        <legend class="hidden">{words.state}</legend>
        {(['sealed', 'opened'] as const).map(one => (
          <label key={one} class="choice">
            <input
              type="radio"
              name="state"
              checked={state === one}
              onChange={() => {
                setState(one)
                forget()
              }}
            />
            <span>{words.states[one]}</span>
          </label>
        ))}
      </fieldset>
      <p class="actions">
        <label class="button">
          {list === null ? words.list : words.listTaken}
          <input
            type="file"
            accept=".json,.csv,application/json,text/csv"
            onChange={({ currentTarget }) => {
              forget()
              setList(null)
              void currentTarget.files?.[0]?.arrayBuffer().then(
                bytes => setList(new Uint8Array(bytes)),
                () => setSaid({ outcome: 'list-unusable' }),
              )
            }}
          />
        </label>
        <label class="button">
          {words.take}
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp"
            disabled={running !== null}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0]
              currentTarget.value = ''
              if (file) void judge(file)
            }}
          />
        </label>
        {running !== null && (
          <>
            <button type="button" onClick={() => running.abort()}>
              {run.cancel}
            </button>
            <progress aria-label={run.working} />
          </>
        )}
      </p>
      <div aria-live="polite">
        {said?.outcome === 'defect' && <p class="bad">{defect}</p>}
        {said?.outcome === 'list-unusable' && <p class="bad">{words.badList}</p>}
        {said?.outcome === 'unfit' && (
          <p class="bad">
            {words.unfit} {said.because}
          </p>
        )}
        {said?.outcome === 'judged' && <Judged {...said.photograph} />}
      </div>
    </section>
  )
}

const marks = { PASS: '✓', INCONCLUSIVE: '?', FAIL: '✗', ERROR: '!' }

/** The harness's own sentences, which are English. */
function Judged({ verdict, because, findings, unproved }: JudgedPhotograph) {
  const { photograph: words } = useWords()
  return (
    <>
      <p class={verdict === 'PASS' ? 'good' : 'bad'}>
        {marks[verdict]} {words.verdicts[verdict]}
      </p>
      {verdict !== 'PASS' && <p lang="en">{because}</p>}
      {unproved.length > 0 && (
        <>
          <h3>{words.unproved}</h3>
          <ul>
            {unproved.map(({ name }) => (
              <li key={name}>{words.unprovedNames[name]}</li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>{words.checks}</summary>
        <ul lang="en">
          {findings.map(({ check, verdict: one, because: why }) => (
            <li key={check}>
              {marks[one]} {why}
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}
