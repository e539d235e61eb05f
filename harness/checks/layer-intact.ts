import { showsMark } from '../core/vocabulary.ts'
import type { Check, CheckInput, Judgement } from './check.ts'
import { measuredJudgement } from './measured.ts'
import { isGone, isRead, namesOf } from './seen.ts'
import { listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/**
 * Before lamination: both layers are there, each on a sheet of its own colour and cut where it must be. After it: the top
 * layer lies over the bottom layer, and nothing of the bottom layer can be seen. After opening: the top layer is gone and
 * the bottom layer is there.
 */
export const layerIntact: Check = {
  name: 'layer-intact',
  about: 'the two layers of the sticker',
  needs: ['plan'],
  judge(input) {
    return input.state === 'printed' ? looseLayers(input) : laminatedLayers(input)
  },
}

const titles = { 'top-layer': 'top layer', 'bottom-layer': 'bottom layer' } as const
type Layer = keyof typeof titles

function looseLayers(input: CheckInput): Judgement {
  const measured = measuredJudgement('layer-intact', input.measurements)
  const all = [...input.marks.values()].filter(({ mark }) => input.required.includes(mark.name))
  const on = (layer: Layer) => all.filter(({ mark }) => mark.on === layer)
  const unseen = (['top-layer', 'bottom-layer'] as const).filter(
    layer => on(layer).length > 0 && !on(layer).some(isRead),
  )
  return worstOf([
    measured?.verdict === 'PASS' ? null : measured,
    stateJudgement(input),
    unseen.length > 0
      ? {
          verdict: 'INCONCLUSIVE',
          because: `Nothing of the ${listed(unseen.map(layer => titles[layer]))} could be read, so it is not known whether it is there.`,
          marks: unseen.flatMap(layer => namesOf(on(layer))),
        }
      : null,
    {
      verdict: 'PASS',
      because: `Both layers are there: ${listed(namesOf(all.filter(isRead)))} can be read on them.`,
      marks: namesOf(all.filter(isRead)),
    },
  ])!
}

function laminatedLayers(input: CheckInput): Judgement {
  const upper: Layer = input.state === 'opened' ? 'bottom-layer' : 'top-layer'
  const other: Layer = input.state === 'opened' ? 'top-layer' : 'bottom-layer'
  const own = [...input.marks.values()].filter(({ mark }) => mark.on === upper && input.required.includes(mark.name))
  const foreign = [...input.marks.values()].filter(({ mark }) => mark.on === other && input.profile.sticker !== null)
  const seenThrough = namesOf(foreign.filter(({ reading }) => showsMark[reading.outcome] === true))
  const named = titles[upper]
  const measured = measuredJudgement('layer-intact', input.measurements)
  return worstOf([
    seenThrough.length > 0
      ? {
          verdict: 'FAIL',
          because: `${listed(seenThrough)} can be seen, but belongs to the ${titles[other]}: the layers are not as they must be in state ${input.state}.`,
          marks: seenThrough,
        }
      : null,
    own.every(isGone) && own.length > 0
      ? { verdict: 'FAIL', because: `The ${named} is not there.`, marks: namesOf(own) }
      : null,
    measured?.verdict === 'PASS' ? null : measured,
    stateJudgement(input),
    own.some(isRead)
      ? {
          verdict: 'PASS',
          because: `The ${named} is there: ${listed(namesOf(own.filter(isRead)))} can be read in place.`,
          marks: namesOf(own.filter(isRead)),
        }
      : {
          verdict: 'INCONCLUSIVE',
          because: `Nothing of the ${named} could be read, so it is not known whether it is there.`,
          marks: namesOf(own),
        },
  ])!
}

/** The card must look like what the station expects it to be, when it looks like anything. */
function stateJudgement({ states, state }: CheckInput): Judgement | null {
  if (states.length === 0 || states.includes(state)) return null
  const because = `The unit looks ${listed(states)}, but this station expects it ${state}: wrong station, or a missing or lifted part.`
  return { verdict: 'INCONCLUSIVE', because, marks: [] }
}
