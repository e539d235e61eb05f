import { isVirtual, type Rig } from '../../../devices/rig.ts'
import type { Looks } from '../../console/bench-state.ts'
import type { Desk, OpenedBench, SpotCheckDesk, UnitsToOpen } from '../../console/desk.ts'
import type { ExitCode } from '../../core/assay-error.ts'
import type { StationName } from '../../core/vocabulary.ts'
import { inspectLot } from '../../inspection/inspect-lot.ts'
import { DrawnSample } from '../../lots/release/drawn-sample.ts'
import type { KnownSpotCheck } from '../../lots/spot-checks.ts'
import { type Done, type LotSession, type LotSessionOptions, withLotOnRig } from '../lot/lot-session.ts'
import { requireOpenable } from '../lot/spot-check-command.ts'
import { brokenOff, placeTwin, type SpotCheckGuide, spotChecksOf, walkUnit } from '../lot/spot-check-walk.ts'
import { lotAtBench, personAt, showJudged } from './lot-at-bench.ts'
import { VirtualFaults } from './virtual-faults.ts'

/** Cards of a lot as the person at the screen lays them in, each through the one loop. */
export async function judgeOnRig(
  options: LotSessionOptions,
  desk: Desk,
  stop: AbortSignal,
  faults = new VirtualFaults(),
): Promise<ExitCode> {
  return await withLotOnRig(options, personAt(desk), stop, true, async session => {
    const { station, journal, line } = session
    const at = session.at(station)
    const nest = desk.opened({
      ...benchOf(session, station, at.operator ?? null),
      lay: line === null ? null : async (unit, signal) => void (await placeTwin(session, unit, station, signal)),
    })
    const judge = async () =>
      await inspectLot({
        ...at,
        nest,
        signal: stop,
        onRecord: async inspected => {
          await at.onRecord(inspected)
          await showJudged(desk, { journal }, inspected)
        },
      })
    await faults.during(session, at.operator ?? null, judge)
    return { isWhole: true, why: 'All cards that were laid in are judged.' }
  })
}

/** Units of a lot, opened one after the other as the person at the screen chooses them: each is a spot check of its own. */
export async function openUnits(
  options: LotSessionOptions,
  desk: Desk,
  stop: AbortSignal,
  faults = new VirtualFaults(),
): Promise<ExitCode> {
  const { operator } = options
  const work = async (session: LotSession): Promise<Done> => {
    const steps = desk.opensUnits({ ...benchOf(session, 'opened', operator ?? null), lay: null })
    let why = 'No unit was laid in.'
    for (;;) {
      const known = await spotChecksOf(session)
      const chosen = await steps.choose(await unitsToOpen(session, known), stop)
      if (chosen === null) return { isWhole: brokenOff(session, known) === undefined, why }
      const unit = chosen.unit ?? undefined
      const done = await walkUnit(session, { unit, operator }, () => guideAt(session, desk, steps, stop))
      why = done.why
    }
  }
  const struck = async (session: LotSession) => await faults.during(session, operator ?? null, () => work(session))
  return await withLotOnRig(options, personAt(desk), stop, false, struck, requireOpenable)
}

async function unitsToOpen(session: LotSession, known: ReadonlyMap<string, KnownSpotCheck>): Promise<UnitsToOpen> {
  const { lot, line, journal } = session
  const drawn = new DrawnSample(lot.lot)
  for await (const entry of journal.entriesOn('lots')) drawn.take(entry)
  const isLeft = (unit: string) => !known.has(unit)
  return {
    brokenOff: brokenOff(session, known)?.unit ?? null,
    // A person lays in whichever they have; a twin has to be told.
    next: line === null ? null : ([...(drawn.units ?? []), ...lot.units.map(one => one.serial)].find(isLeft) ?? null),
    drawn: (drawn.units ?? []).filter(isLeft),
    spent: new Set([...known.values()].flatMap(one => (one.isOpen ? [] : [one.unit]))),
  }
}

function guideAt(session: LotSession, desk: Desk, steps: SpotCheckDesk, stop: AbortSignal): SpotCheckGuide {
  return {
    began: from => steps.began(from),
    lay: async (step, unit, last) => {
      const answer = await steps.lay(step, unit, last, stop)
      if (answer === 'photograph' && isVirtual(session.rig)) await placeTwin(session, unit, step.station, stop)
      return answer
    },
    looked: async inspected => await showJudged(desk, session, inspected),
    ended: end => steps.ended(end),
  }
}

/** Even light, over the nest. */
const usualLook = { light: 'dome', pose: 'inspect' }

function benchOf(
  { rig, lot, profile, journal, before }: LotSession,
  station: StationName,
  operator: string | null,
): Omit<OpenedBench, 'lay'> {
  return {
    ...lotAtBench(
      { lot, profile, station, journal, before, operator },
      { rig: rig.identity.name, source: isVirtual(rig) ? 'virtual' : 'rig' },
    ),
    looks: { lights: rig.presets, poses: rig.poses, ...usualLook },
    live: (look, signal) => live(rig, look, signal),
  }
}

/** What is in view, until the signal. */
async function* live(
  rig: Rig,
  { light, pose }: Pick<Looks, 'light' | 'pose'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await rig.stage.goTo(pose, signal)
  await rig.light.set(rig.presets.find(preset => preset === light)!, signal)
  try {
    for await (const { bytes } of rig.camera.preview(signal)) yield bytes
  } finally {
    await rig.light.set('dark')
  }
}
