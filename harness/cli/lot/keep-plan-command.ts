import { printable } from '../../core/printable.ts'
import { bodyOf } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { canBeOpened } from '../../inspection/spot-check.ts'
import { planDigest, plannedChecks, stations } from '../../inspection/station.ts'
import { profileDigest } from '../../lots/keep-inspections.ts'
import { PlannedFacts } from '../../lots/release/lot-kinds.ts'
import { lotsBefore } from '../../lots/release/lots-before.ts'
import { plannedProfile } from '../../lots/release/planned-profile.ts'
import { planLot, USUAL_CONFIDENCE } from '../../lots/sampling/lot-plan.ts'
import { mostBadInLot } from '../../lots/sampling/sample-proves.ts'
import { isLaxer } from '../../lots/sampling/switching.ts'
import { loadProfile, shippedProfileNames } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { CommandContext } from '../context.ts'
import type { SigningOptions } from '../journal/sign-act.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { refusePassphrases } from '../refuse-passphrases.ts'
import { holdLots } from './hold-lots.ts'
import { basisOf, type LotPlanOptions, linesOf } from './lot-plan-command.ts'
import { appendAct, factsOfLot, LotReleaseError, requireLotName, requirePerson } from './release-entry.ts'

/** What it takes to write a plan down. */
export type KeepPlanOptions = LotPlanOptions &
  JournalOptions &
  SigningOptions & {
    readonly lot: string
    readonly product?: string
    readonly by?: string
    /** Stations, or `none`. */
    readonly decoys?: readonly string[]
    readonly passphrasesUncounted?: boolean
    readonly rehearsal?: boolean
  }

/** The way of every unit, in the order of the process. */
const path = ['printed', 'etched', 'sealed'] as const

/** Stations as they were typed, each once. @throws LotReleaseError `decoys-unknown` */
function decoyStations(typed: readonly string[]): PlannedFacts['decoys'] {
  if (typed.join() === 'none') return []
  const other = typed.find(name => !(path as readonly string[]).includes(name))
  if (other !== undefined)
    throw new LotReleaseError(
      'decoys-unknown',
      `Decoys go through at ${path.join(', ')} (--decoys STATION...), or not at all (--decoys none); ${printable(other)} is none of these.`,
    )
  return path.filter(name => typed.includes(name))
}

/** `assay lot plan --lot`: what the lot will have to show, into the journal before it is made. */
export async function keepPlan(options: KeepPlanOptions, context: CommandContext): Promise<void> {
  const lot = requireLotName(options.lot, 'the command')
  const { by, product, units, rehearsal = false } = options
  if (by === undefined || product === undefined || options.decoys === undefined)
    throw new LotReleaseError(
      'plan-options',
      `A plan that is written down (--lot) needs --product, --by and --decoys: stations at which every session is tried with a unit that is known to be bad (${path.join(', ')}), or none.`,
    )
  const decoys = decoyStations(options.decoys)
  const profile = loadProfile(product)
  const opens = canBeOpened(profile)
  const isSampled = options.level !== undefined || options.aql !== undefined || options.atMost !== undefined
  if (isSampled && !opens)
    throw new LotReleaseError(
      'not-to-be-opened',
      `Units of ${profile.name} are opened by a passphrase that only their customers have: leave out --level, --aql and --at-most.`,
    )
  const plan = opens ? planLot(units, basisOf(options), { destructive: true }) : null
  if (plan !== null && mostBadInLot(units, plan.sample, 0, USUAL_CONFIDENCE) >= units - plan.sample)
    throw new LotReleaseError(
      'sample-shows-nothing',
      `${plan.sample} opened units of ${units} show nothing of those that are left: all could be bad. Plan a larger sample.`,
    )
  if (plan?.basis.by === 'claim' && plan.basis.confidence < 0.5)
    throw new LotReleaseError(
      'claim-weak',
      `A lot is not released on a claim that is likelier wrong than right (--confidence ${100 * plan.basis.confidence}).`,
    )
  const checksAt = (station: keyof typeof stations) => ({
    station,
    checks: [...plannedChecks(stations[station], profile)],
    planSha256: planDigest(stations[station], profile),
    proves: [...stations[station].plan.proves],
  })
  const facts: PlannedFacts = {
    lot,
    product: profile.name,
    profileSha256: profileDigest(profile),
    profile,
    ...(isNamesake(profile) && { namesake: true }),
    units,
    path: path.map(checksAt),
    opening:
      plan === null
        ? null
        : {
            ...checksAt('opened'),
            basis: plan.basis,
            letter: plan.letter,
            planLetter: plan.planLetter,
            sample: plan.sample,
            accept: plan.accept,
            reject: plan.reject,
          },
    decoys,
    ...(options.passphrasesUncounted === true && { passphrasesUncounted: true }),
    rehearsal,
  }
  refuseUnkept(facts)
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  await requirePerson(journal, by, ['quality'])
  const before = await factsOfLot(journal, lot, 'lot-planned', () => true)
  if (before.length > 0)
    throw new LotReleaseError(
      'planned-already',
      `The lot ${lot} was planned (entry ${before[0]!.index}); a plan is never changed afterwards. Nothing was written.`,
    )
  await refuseLaxer(journal, facts)
  await appendAct(journal, { kind: 'lot-planned', who: by, facts }, ['quality'], options, context.signal)
  say(options, facts, [
    ...(plan === null ? ['No unit is opened: only its customer can.'] : linesOf(plan)),
    '',
    decoys.length === 0
      ? 'No session is tried with a decoy; the release will say so.'
      : `Every session at ${decoys.join(' and ')} is tried with a decoy: assay lot decoy.`,
    ...(facts.passphrasesUncounted === true
      ? ['Nobody need count its passphrases against chance; the release will say so.']
      : []),
    ...(facts.namesake === true
      ? [
          `${profile.name} is a profile of your own here, not the one of that name that comes with Assay; the release will say so.`,
        ]
      : []),
    `Written down for ${lot}${rehearsal ? ', a rehearsal on virtual rigs' : ''}. Two people or more take part in the draw: assay lot commit ${lot}.`,
  ])
}

/** Is it another profile than the one of its name that comes with Assay? */
const isNamesake = (profile: ProductProfile) =>
  shippedProfileNames().includes(profile.name) && profileDigest(loadProfile(profile.name)) !== profileDigest(profile)

/**
 * A journal keeps nothing that looks like a secret, and a plan is never changed: one without its profile would hold its lot for ever.
 * @throws LotReleaseError `profile-unkept`
 */
function refuseUnkept(facts: PlannedFacts): void {
  const { profile } = facts
  if (profile !== undefined) refusePassphrases('The profile', [profile.name, profile.title], [profile])
  const { redacted = [], facts: kept } = bodyOf({ kind: 'lot-planned', facts })
  const read = PlannedFacts.safeParse(kept)
  if (read.success && plannedProfile(read.data) !== null) return
  const where = redacted.length === 0 ? '' : ` (${redacted.map(path => path.replace(/^facts\./, '')).join(', ')})`
  throw new LotReleaseError(
    'profile-unkept',
    `The journal cannot hold the profile of ${facts.product} as it is: something in it looks like a secret${where}. Write it otherwise. Nothing was written.`,
  )
}

/**
 * Whoever plans says how the lots before came out; the journal knows what they came to at least.
 * @throws LotReleaseError `inspection-lax`
 */
async function refuseLaxer(journal: JournalReader, { product, rehearsal, opening }: PlannedFacts): Promise<void> {
  if (opening === null || opening.basis.by === 'claim') return
  const { decided, inspection: allowed } = await lotsBefore(journal, { product, rehearsal })
  const { inspection } = opening.basis
  if (isLaxer(inspection, allowed))
    throw new LotReleaseError(
      'inspection-lax',
      `After the ${decided} lots of ${product} that this journal accepted by a table, or refused, inspection is ${allowed === 'stopped' ? 'stopped; after proven corrective action it is tightened' : `${allowed} at the least`}, and the plan says ${inspection}. Nothing was written.`,
    )
}
