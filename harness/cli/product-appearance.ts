import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { unprovedNames } from '../core/vocabulary.ts'
import { fileSeen, takenOf } from '../inspection/photograph-unit.ts'
import { runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import { APPEARANCE_ENDING, geometrySha256, loadAppearance } from '../products/appearance.node.ts'
import {
  type Appearance,
  type AppearanceRig,
  appearanceText,
  joinedAppearance,
  LEAST_UNITS,
  type LearnedLight,
} from '../products/appearance.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { LotFile } from '../products/unit-record.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { AppearanceSample } from '../vision/appearance/sample.ts'
import { learnLight, type TaughtPhotograph } from '../vision/appearance/teach.ts'
import { readRecords } from './lot-report.ts'
import type { Seen } from './photographs/inspection-results.ts'
import { lightOfFiles } from './photographs/light-of-file.ts'
import { lookAtPhotographs } from './photographs/look-at-photographs.ts'
import type { Output } from './photographs/output.ts'
import { assayVersion } from './version.ts'
import { replaceFile, writing } from './write-file.ts'

export interface LearnOptions {
  readonly records: string
  readonly light?: string
  readonly out?: string
}

/** What was seen by light, and the rig that took all of it. */
export interface LooksByLight {
  readonly rig: AppearanceRig
  readonly byLight: ReadonlyMap<string, readonly TaughtPhotograph[]>
}

/** A photograph that may be learned from, as the loop judges it. */
interface LearnVisit extends Visit {
  readonly photo: string
  readonly light: string
  readonly rigThatTook: AppearanceRig
  readonly sample: AppearanceSample
}

/**
 * Learns what good units look like from photographs of them. A photograph whose unit does not pass everything else is left out
 * by name.
 * @returns 4 when a photograph was left out
 * @throws RunStopped at a secret that lies open
 */
export async function learnAppearance(
  product: string,
  photos: readonly string[],
  options: LearnOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const profile = withoutAppearance(loadProfile(product))
  const { lot } = readLotFile(readRecords(options.records), options.records, { profile })
  const lightOf = lightOfFiles(profile, options.light === undefined ? {} : { light: options.light })
  const byLight = new Map<string, TaughtPhotograph[]>()
  let rig: AppearanceRig | null = null
  let leftOut = 0
  const leaveOut = (photo: string, why: string) => {
    output.tell(`assay: ${photo} is left out: ${why}`)
    leftOut++
  }
  async function* visits(): AsyncGenerator<LearnVisit> {
    for await (const looked of lookAtPhotographs(photos, profile, { lightOf, crops: false, learn: true }, signal)) {
      const visit = 'error' in looked ? looked.error.message : visitOf(looked, profile, lot)
      if (typeof visit === 'string') leaveOut(looked.photo, visit)
      else yield visit
    }
  }
  await runInspections({
    visits: visits(),
    onRecord: ({ visit: { photo, light, rigThatTook, sample }, record }) => {
      const why = objection(record)
      if (why !== null) return leaveOut(photo, why)
      rig ??= rigThatTook
      if (JSON.stringify(rigThatTook) !== JSON.stringify(rig))
        throw new AssayError(
          'appearance-mixed',
          `${photo} comes from another rig than the photographs before it; learn each rig by itself.`,
        )
      byLight.set(light, [...(byLight.get(light) ?? []), { unit: record.unit!, sample }])
    },
    signal,
  })
  if (rig === null) throw tooFew(options.light ?? 'any light', 0)
  keepAppearance(profile, { rig, byLight }, options.out, output)
  return leftOut === 0 ? exitCodes.passed : exitCodes.inconclusive
}

/** A sentence instead where the photograph says too little of how it was taken or of the card. */
function visitOf({ photo, look, light, rig }: Seen, profile: ProductProfile, lot: LotFile): LearnVisit | string {
  if (light === 'unknown') return 'nobody said which light it was taken under; add --light NAME.'
  const { reading, sample = null } = look
  const state = (['etched', 'sealed', 'opened'] as const).find(name => name === reading.states[0])
  if (state === undefined || sample === null)
    return 'no card was found in it well enough to be compared with others, or its state cannot be told.'
  return {
    photo,
    light,
    rigThatTook: rig ?? { kind: 'files', name: 'files', calibration: null },
    sample,
    station: stations[state],
    profile,
    photographs: [takenOf(Promise.resolve(look), seen => fileSeen(seen, light))],
    records: () => lot,
    clock: () => new Date().toISOString(),
    rig: null,
    software: { name: 'assay', version: assayVersion(), revision: null },
    // What only an appearance can prove is what is being learned.
    acceptUnproved: unprovedNames,
  }
}

/** What the profile names already may be of other measures or gone: that is why it is learned again. */
export function withoutAppearance({ appearance: _, ...profile }: ProductProfile): ProductProfile {
  return profile
}

/** Why a unit is no example of a good one; null for one that is. What its appearance says is not asked, since it is being learned. */
function objection({ unit, alarm, error, findings, leftovers }: InspectionRecord): string | null {
  if (alarm !== null) return alarm.because
  if (error !== null) return error.message
  const bad = findings.find(
    ({ check, verdict }) => verdict !== 'PASS' && (check !== 'nothing-else' || leftovers.length > 0),
  )
  if (bad !== undefined) return bad.because
  return unit === null ? 'its unit is not in the records.' : null
}

/**
 * Writes what was learned, beside the lights that the file holds already.
 * @throws AssayError `appearance-units`, `appearance-other-rig`, `appearance-unwritable`, AppearanceError
 */
export function keepAppearance(
  profile: ProductProfile,
  { rig, byLight }: LooksByLight,
  out: string | undefined,
  output: Output,
): void {
  const file = out ?? `${profile.name}${APPEARANCE_ENDING}`
  const lights: Record<string, LearnedLight> = {}
  for (const [light, photographs] of byLight) {
    const learned = learnLight(photographs)
    if (learned === null) throw tooFew(light, new Set(photographs.map(({ unit }) => unit)).size)
    lights[light] = learned
  }
  const learned: Appearance = { product: profile.name, geometrySha256: geometrySha256(profile), rig, lights }
  const text = appearanceText(joined(file, profile, learned))
  writing(file, 'appearance-unwritable', 'choose another place with --out', () => replaceFile(file, text))
  for (const [light, { units, surfaces }] of Object.entries(lights))
    output.tell(`assay: ${light}: ${units} units, ${Object.keys(surfaces).join(', ')}.`)
  const named = { file: basename(file), sha256: createHash('sha256').update(text).digest('hex') }
  output.tell(`assay: learned in ${file}. The profile names it by this entry of \`appearance\`:`)
  output.print(JSON.stringify(named))
}

function joined(file: string, profile: ProductProfile, learned: Appearance): Appearance {
  if (!existsSync(file)) return learned
  const before = loadAppearance(file, profile)
  if (JSON.stringify(before.rig) === JSON.stringify(learned.rig)) return joinedAppearance(before, learned)
  throw new AssayError(
    'appearance-other-rig',
    `${file} was learned on the rig ${before.rig.name}, these photographs come from ${learned.rig.name}; choose another file with --out.`,
  )
}

function tooFew(light: string, count: number): AssayError {
  return new AssayError(
    'appearance-units',
    `Good units were seen under ${light} in ${count} of at least ${LEAST_UNITS} that it takes: photograph more of them.`,
  )
}
