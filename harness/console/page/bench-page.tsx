import { useEffect, useState } from 'preact/hooks'
import type { Action } from '../action.ts'
import type { Refusal, ResultView } from '../bench-state.ts'
import type { Messages } from '../messages/index.ts'
import type { ScreenState } from '../screen-state.ts'
import { Facts, History, Lot } from './bench-lists.tsx'
import { choicesIn } from './choices.ts'
import { askResult, send } from './connection.ts'
import { HandIn } from './hand-in.tsx'
import { useKeys } from './keys.ts'
import { NoResult, ResultDetails, VerdictPanel } from './result.tsx'
import { SpotCheckSteps, StepAsked } from './spot-check.tsx'
import { StopDialog } from './stop-dialog.tsx'
import { isSeenLive, LiveView } from './view.tsx'
import { useWords } from './words.ts'

interface BenchProps {
  readonly state: ScreenState
  /** Something was refused because nobody has logged in at this screen, or not for too long. */
  readonly onNobody: () => void
  /** A code, as the last scan of this page typed it. */
  readonly scan: { readonly text: string } | null
}

/** Where cards are judged: what to do, what is in view, and what came of it. */
export function BenchPage({ state, onNobody, scan }: BenchProps) {
  const words = useWords()
  const [refused, setRefused] = useState<Refusal | 'lost' | null>(null)
  const say = (why: Refusal | null | undefined) => {
    setRefused(why === undefined ? 'lost' : why)
    if (why === 'log-in') onNobody()
  }
  const [coming, setComing] = useState(0)
  const [isStopping, setStopping] = useState(false)
  const [older, setOlder] = useState<{ readonly until: number; readonly result: ResultView } | null>(null)
  const { newest, results, phase, bench, spotCheck } = state
  const isAsked = phase === 'step' && spotCheck?.at != null
  // An older one is looked at until there is a new one, and never while one waits to be seen.
  const isOlder = older !== null && older.until === newest?.number && state.unacknowledged === null
  const result = isOlder ? older.result : newest
  const isPast =
    isOlder || state.noResult.length > 0 || !(phase === 'waiting' || phase === 'ended' || state.unacknowledged !== null)
  const act = (action: Action) => {
    setOlder(null)
    void send(action).then(say)
  }
  const choices = choicesIn(state, words, { act, stop: () => setStopping(true) }).filter(
    ({ label }) => coming === 0 || label !== words.actions.judge,
  )
  const shown = result?.number ?? null
  const show = (number: number) => {
    if (number === newest?.number) setOlder(null)
    else void askResult(number).then(its => setOlder(its && { until: newest!.number, result: its }))
  }
  // From the newest to the oldest, and round again.
  const before = results[(results.findIndex(({ number }) => number === shown) + 1) % results.length]
  useKeys({
    ...Object.fromEntries(choices.map(({ key, run }) => [key, run])),
    ...(results.length > 1 && before !== undefined && { v: () => show(before.number) }),
  })
  useEffect(() => {
    if (scan !== null) act({ do: 'scan', text: scan.text })
  }, [scan])
  return (
    <>
      <section class="prompt" aria-labelledby="prompt">
        <h2 id="prompt" aria-live="assertive" data-phase={phase}>
          {promptOf(state, words)}
        </h2>
        {state.question !== null && <p class="question">{state.question}</p>}
        {state.question === null && state.said !== null && <p class="said">{state.said}</p>}
        {phase === 'waiting' && state.unacknowledged === null && <p class="quiet">{words.scanHint}</p>}
        {phase === 'choosing' && <p class="quiet">{words.spotCheck.chooseHint}</p>}
        {phase === 'choosing' && spotCheck !== null && spotCheck.drawn.length > 0 && (
          <p>
            {words.spotCheck.drawn}: {spotCheck.drawn.join(', ')}
          </p>
        )}
        {phase === 'closed' && <p class="quiet">{words.beginHint}</p>}
        <p class="refused" role="status">
          {refused !== null && (refused === 'lost' ? words.lost : words.refusals[refused])}
        </p>
        {bench?.source === 'hand' && phase === 'waiting' && (
          <HandIn
            pictures={state.pictures}
            card={state.card}
            onComing={number => setComing(before => before + number)}
            say={say}
          />
        )}
        {isAsked && <StepAsked spotCheck={spotCheck!} isVirtual={bench?.source === 'virtual'} />}
        <div class="choices">
          {choices.map(({ label, key, shownKey, isMain, run }) => (
            <button key={key} type="button" class={isMain ? 'main' : ''} aria-keyshortcuts={key} onClick={run}>
              {label} <kbd>{shownKey}</kbd>
            </button>
          ))}
        </div>
      </section>
      <div class="columns">
        <div>
          {spotCheck !== null && <SpotCheckSteps spotCheck={spotCheck} />}
          {state.noResult.length > 0 && <NoResult why={state.noResult} />}
          {result !== null && <VerdictPanel result={result} isPast={isPast} />}
          {result !== null && <ResultDetails result={result} />}
        </div>
        <aside>
          {bench !== null && bench.source !== 'hand' && <LiveView isOn={isSeenLive(phase)} />}
          {bench !== null && <Facts state={state} />}
          {results.length > 1 && <History state={state} shown={shown} show={show} />}
          {bench !== null && (
            <Lot
              state={state}
              lay={unit => act(phase === 'choosing' ? { do: 'choose', unit } : { do: 'judge', unit })}
            />
          )}
        </aside>
      </div>
      {isStopping && (
        <StopDialog
          close={() => setStopping(false)}
          stop={why => {
            setStopping(false)
            act({ do: 'stop', why })
          }}
        />
      )}
    </>
  )
}

function promptOf({ phase, bench, scanned, unacknowledged, units, spotCheck }: ScreenState, words: Messages): string {
  const { prompts } = words
  if (unacknowledged !== null) return prompts.acknowledge
  if (phase === 'warned') return prompts.warned(scanned ?? '')
  if (phase === 'waiting' && bench?.source === 'virtual' && units.length > 0) return prompts.waitingVirtual
  if (phase === 'waiting' && bench?.source === 'hand') return prompts.waitingByHand(scanned)
  if (phase === 'step' && spotCheck?.at != null) return words.spotCheck.ask[spotCheck.at](spotCheck.unit)
  return prompts[phase]
}
