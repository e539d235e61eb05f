import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProductProfile } from '../../products/profile.ts'
import type { CardForm } from '../card-form.ts'
import type { JudgedPhotograph, OwnedState, PhotographAnswer } from '../photograph/photograph-messages.ts'
import { preparePhotograph, seePhotograph } from '../photograph/photograph-thread.ts'
import { pictureFault } from '../picture-fault.ts'
import { bytesOf } from './file-bytes.ts'
import { soundList } from './sound-list.ts'
import { stopped } from './stopped.ts'
import { useWords } from './words.ts'

interface Props {
  readonly profile: ProductProfile
  /** All products that the page knows. */
  readonly forms: readonly CardForm[]
  /** Another photograph is looked at: of the one before nothing counts any more. */
  readonly onNew: () => void
  /** What was read on an opened card, for the fields above. */
  readonly onRead: (read: JudgedPhotograph['read']) => void
}

interface Progress {
  /** 0..1 */
  readonly done: number
  readonly leftMs: number | null
}

/** What is left at the pace so far; nothing while too little was seen of it. */
const timeLeftMs = (done: number, tookMs: number): number | null => (done < 0.1 ? null : (tookMs * (1 - done)) / done)

type Said = PhotographAnswer | { readonly outcome: 'gave-up' | 'reading-list' }

/** Has a photograph of the card judged as the harness would, on this device. */
export function PhotographSection({ profile, forms, onNew, onRead }: Props) {
  const { photograph: words, run, listFaults } = useWords()
  const [state, setState] = useState<OwnedState>('sealed')
  const [list, setList] = useState<Uint8Array<ArrayBuffer> | null>(null)
  const [running, setRunning] = useState<AbortController | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  const [progress, setProgress] = useState<Progress | null>(null)
  /** What is said, or still worked out, is of another question, or of fields that were cleared. */
  const judging = useRef<AbortController | null>(null)
  const forget = () => {
    judging.current?.abort(stopped)
    setSaid(null)
  }
  useEffect(() => () => judging.current?.abort(stopped), [])
  const prepare = () => void preparePhotograph(profile)

  const choosing = useRef(0)
  const choose = async (file: Blob | undefined) => {
    forget()
    choosing.current++
    const mine = choosing.current
    setList(null)
    if (file === undefined) return
    setSaid({ outcome: 'reading-list' })
    const chosen = await soundList(file, forms)
    if (choosing.current !== mine) return
    const isWrong = 'fault' in chosen
    if (!isWrong) setList(chosen)
    setSaid(isWrong ? { outcome: 'list-unusable', ...chosen } : null)
  }

  const judge = async (file: File) => {
    forget()
    onNew()
    const stop = new AbortController()
    judging.current = stop
    setRunning(stop)
    setProgress(null)
    try {
      const bytes = await bytesOf(file)
      const fault = pictureFault(bytes)
      stop.signal.throwIfAborted()
      if (fault !== null) {
        setSaid({ outcome: 'unfit', why: fault, because: null })
        return
      }
      const began = performance.now()
      const answer = await seePhotograph({ file: bytes, profile, state, list }, stop.signal, done =>
        setProgress({ done, leftMs: timeLeftMs(done, performance.now() - began) }),
      )
      setSaid(answer)
      if (answer.outcome === 'judged') onRead(answer.photograph.read)
    } catch {
      if (!stop.signal.aborted) setSaid({ outcome: 'gave-up' })
    } finally {
      if (judging.current === stop) {
        judging.current = null
        setRunning(null)
      }
    }
  }
  return (
    <section aria-labelledby="photograph" onFocusCapture={prepare} onPointerDown={prepare} onDragEnter={prepare}>
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
            onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
          />
        </label>
        <label class="button">
          {words.take}
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp"
            disabled={running !== null || said?.outcome === 'reading-list'}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0]
              currentTarget.value = ''
              if (file) void judge(file)
            }}
          />
        </label>
        {running !== null && (
          <>
            <button type="button" onClick={() => running.abort(stopped)}>
              {run.cancel}
            </button>
            <progress aria-label={run.working} max="1" {...(progress !== null && { value: progress.done })} />
            {progress !== null && progress.leftMs !== null && (
              <span>{words.left(Math.max(1, Math.round(progress.leftMs / 1000)))}</span>
            )}
          </>
        )}
      </p>
      <div aria-live="polite">
        {said?.outcome === 'gave-up' && <p class="bad">{words.gaveUp}</p>}
        {said?.outcome === 'reading-list' && <p>{words.readingList}</p>}
        {said?.outcome === 'list-unusable' && <p class="bad">{listFaults[said.fault](said.unit, said.field)}</p>}
        {said?.outcome === 'unfit' && (
          <p class="bad">
            {words.unfit[said.why]} {said.because !== null && <small lang="en">{said.because}</small>}
          </p>
        )}
        {said?.outcome === 'judged' && <Judged {...said.photograph} withList={list !== null} state={state} />}
      </div>
    </section>
  )
}

const marks = { PASS: '✓', INCONCLUSIVE: '?', FAIL: '✗', ERROR: '!' }

interface JudgedProps extends JudgedPhotograph {
  readonly withList: boolean
  readonly state: OwnedState
}

/** What is to be done, then each check by its name in the person's language and the harness's own sentence, which is English. */
function Judged({ verdict, lead, alarm, findings, unproved, opening, withList, state }: JudgedProps) {
  const { photograph: words, state: means } = useWords()
  const worst = findings.filter(one => one.verdict === verdict && verdict !== 'PASS')
  return (
    <>
      <p key={verdict} class={verdict === 'PASS' ? 'good' : 'bad'}>
        <strong>
          {marks[verdict]} {words.verdicts[verdict]}
        </strong>
      </p>
      {alarm !== null && (
        <p role="alert" class="bad">
          {words.alarms[alarm]}
        </p>
      )}
      {lead !== null && (
        <p>
          {lead.kind === 'no-card' ? words.noCard : lead.looks === null ? words.otherState : words.looks[lead.looks]}
        </p>
      )}
      {verdict !== 'PASS' && <p>{verdict === 'FAIL' ? words.doNotUse : withList ? words.again : words.withoutList}</p>}
      {state === 'sealed' && opening !== null && <p class="note">{means[opening]}</p>}
      {verdict === 'FAIL' && state === 'sealed' && <p>{words.openedYourself}</p>}
      {verdict === 'INCONCLUSIVE' && state === 'opened' && <p>{words.orType}</p>}
      {worst.length > 0 && (
        <ul>
          {worst.map(({ check }) => (
            <li key={check}>
              {marks[verdict]} {words.titles[check]}
            </li>
          ))}
        </ul>
      )}
      {unproved.length > 0 && (
        <>
          <h3>{words.unproved}</h3>
          <ul>
            {unproved.map(name => (
              <li key={name}>{words.unprovedNames[name]}</li>
            ))}
            {withList && <li>{words.listTrust}</li>}
          </ul>
        </>
      )}
      <details>
        <summary>{words.checks}</summary>
        <p>{words.makersWords}</p>
        <ul>
          {findings.map(({ check, verdict: one, because: why }) => (
            <li key={check}>
              {marks[one]} {words.titles[check]}
              <small lang="en">{why}</small>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}
