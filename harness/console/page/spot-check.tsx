import type { SpotCheckView } from '../bench-state.ts'
import { Sign } from './sign.tsx'
import { StepPicture } from './step-picture.tsx'
import { useWords } from './words.ts'

interface StepAskedProps {
  readonly spotCheck: SpotCheckView
  /** A twin does what is asked for by itself. */
  readonly isVirtual: boolean
}

/** What is to be done with the card now, as a picture; and why the last look at it did not count. */
export function StepAsked({ spotCheck: { at, looks, because, stands, picture }, isVirtual }: StepAskedProps) {
  const { spotCheck: words } = useWords()
  return (
    <div class="step">
      {picture !== null && <StepPicture card={picture} step={at!} label={words.pictures[at!]} />}
      <div>
        {because !== null && (
          <p class="again" role="alert">
            <b>{words.notYet(looks)}</b> {because}
          </p>
        )}
        {stands !== null && <p>{words.stands[stands]}</p>}
        {because === null && at === 'scratched' && <p class="alarm">{words.spentNow}</p>}
        {isVirtual && <p class="quiet">{words.byItself}</p>}
      </div>
    </div>
  )
}

/** Its steps in their order with what came of each, and what the whole came to: readable from across the room. */
export function SpotCheckSteps({ spotCheck: { unit, steps, at, came } }: { readonly spotCheck: SpotCheckView }) {
  const { spotCheck: words, verdicts } = useWords()
  if (unit === null && at === null) return null
  return (
    <section aria-labelledby="spot-check">
      <h3 id="spot-check">{words.title(unit)}</h3>
      {came !== null && (
        <div class={`verdict ${came.verdict.toLowerCase()}`}>
          <h2 data-came={came.verdict}>
            <Sign verdict={came.verdict} />
            {verdicts[came.verdict]}
          </h2>
          <p class="because">{came.because}</p>
          {!came.isOver && <p class="means">{words.notOver}</p>}
        </div>
      )}
      <ol class="steps">
        {steps.map(({ name, isDone, verdict }) => (
          <li key={name} aria-current={name === at ? 'step' : undefined} data-step={name} data-done={isDone}>
            {verdict === null ? <span class="sign">{isDone ? '✓' : ''}</span> : <Sign verdict={verdict} />}
            {words.steps[name]} <span class="quiet">{isDone ? (verdict ?? words.done) : ''}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
