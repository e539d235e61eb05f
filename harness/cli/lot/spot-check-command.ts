import { isVirtual } from '../../../devices/rig.ts'
import { AssayError, type ExitCode } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { canBeOpened, type SpotCheckStep, type UndecidedLook } from '../../inspection/spot-check.ts'
import { spotChecksIn } from '../../lots/spot-checks.ts'
import { typedUnit } from '../typed-serial.ts'
import type { LotOfRecords } from './lot-of-records.ts'
import { type LotSession, type LotSessionOptions, type Person, withLotOnRig } from './lot-session.ts'
import { placeTwin, type SpotCheckGuide, walkUnit } from './spot-check-walk.ts'

export interface SpotCheckOptions extends LotSessionOptions {
  /** Serial of the unit; default: the one that was broken off, else the one that is laid in. */
  readonly unit?: string
}

/** `assay spot-check`: one unit of a lot, guided by questions in the terminal. */
export async function spotCheckOnRig(
  options: SpotCheckOptions,
  person: Person,
  signal: AbortSignal,
): Promise<ExitCode> {
  const work = async (session: LotSession) =>
    await walkUnit(session, options, known => guideInWords(session, [...known.keys()], signal))
  return await withLotOnRig(
    options,
    person,
    signal,
    false,
    work,
    async (lot, journal) => await requireOpenable(lot, journal, options.unit),
  )
}

/** @throws AssayError `not-to-be-opened`, `unit-unknown`, `unit-spent` */
export async function requireOpenable(
  { profile, lot }: LotOfRecords,
  journal: JournalReader,
  wanted?: string,
): Promise<void> {
  if (!canBeOpened(profile)) {
    throw new AssayError(
      'not-to-be-opened',
      `Units of ${profile.name} are opened by a passphrase that only their customers have: there is no spot check of them.`,
    )
  }
  if (wanted === undefined) return
  const known = typedUnit(
    lot.units.map(({ serial }) => serial),
    wanted,
  )
  if (known !== wanted) {
    const hint = known === null ? '' : ` Small letters are others than capitals: name it ${known}.`
    throw new AssayError('unit-unknown', `The lot has no unit ${printable(wanted)}.${hint}`)
  }
  const checks = await spotChecksIn(journal.entriesAboutUnits([wanted]))
  if (checks.get(wanted)?.isOpen === false) {
    throw new AssayError('unit-spent', `${wanted} was opened in a spot check already: it is spent.`)
  }
}

/** Has the card laid in: a person does it, or the twin shows the unit in the state that the step leaves it in. */
function guideInWords(session: LotSession, spent: readonly string[], signal: AbortSignal): SpotCheckGuide {
  const { rig, ask, answers, lot } = session
  let looks = 0
  return {
    lay: async (step, unit, last) => {
      if (!isVirtual(rig)) {
        ask(questionOf(step, unit, last))
        const answer = (await answers.next(signal))?.trim().toLowerCase() ?? 'q'
        if (answer === 'q') return 'leave'
        return answer === 'e' && (last?.stands ?? null) !== null ? 'stand' : 'photograph'
      }
      looks = last === null ? 1 : looks + 1
      // A twin's card differs by its noise only: what two photographs do not show, no more of them will.
      if (last !== null && (looks > 2 || last.record.verdict !== 'INCONCLUSIVE'))
        return last.stands === null ? 'leave' : 'stand'
      const serial = unit ?? lot.units.find(one => !spent.includes(one.serial))?.serial ?? null
      return (await placeTwin(session, serial, step.station, signal)) ? 'photograph' : 'leave'
    },
  }
}

const endings: Readonly<Record<NonNullable<UndecidedLook['stands']>, string>> = {
  step: 'e and Enter lets this result stand',
  end: 'e and Enter ends the spot check, if it cannot be read at all',
}

function questionOf({ ask }: SpotCheckStep, unit: string | null, last: UndecidedLook | null): string {
  const what = last?.stands === 'step' ? 'Lay it in as it is, press Enter to photograph it again.' : ask
  const { stands = null } = last ?? {}
  const more = stands === null ? '' : ` (${endings[stands]}; q and Enter leaves it to the next spot check.)`
  return `${unit === null ? '' : `${unit}: `}${what}${more}`
}
