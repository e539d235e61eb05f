import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import type { StationName } from '../core/vocabulary.ts'
import { type InspectionRecord, serialiseRecord } from '../record/inspection-record.ts'
import type { PhotographSeen } from './inspection-request.ts'

/** A photograph as evidence: its bytes, null where nobody has them any more; and what was read in it, null where nothing could be. */
export interface PictureInView {
  readonly bytes: Uint8Array | null
  readonly seen: PhotographSeen | null
}

/** One inspection at which a secret was in view, with everything that shows it. In clear: to be sealed, and wiped. */
export interface InspectionEvidence {
  readonly unit: string | null
  readonly station: string
  readonly started: string
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /**
   * In the place of {@link readingsFile}, what it is made of where it can be opened; null where that file is there. Each null where
   * nothing could be read.
   */
  readonly sealedReadings: readonly (SealedSeen | null)[] | null
}

/** What was read in a photograph, sealed to whoever judges it. */
export interface SealedSeen extends Pick<PhotographSeen, 'photograph' | 'otherProduct'> {
  readonly sealed: Uint8Array
}

/** In it secrets stand in clear, in bytes of their own. */
export const readingsFile = 'readings.json'

/** At these stations a secret lies open by plan, whether it could be read or not. */
export const stationsWithSecrets: readonly StationName[] = ['printed', 'etched', 'opened']

/** Could somebody who has these pictures find a secret in them? */
function isSecretInView(station: StationName, seen: readonly (PhotographSeen | null)[]): boolean {
  if (stationsWithSecrets.includes(station)) return true
  return seen.some(
    one =>
      one !== null &&
      ((one.reading.exposed?.length ?? 0) > 0 || one.reading.marks.some(({ text }) => text instanceof Secret)),
  )
}

/**
 * Photographs, readings in clear, and record.
 * @returns null where no secret was in view, or nothing was photographed
 * @throws AssayError `photograph-gone`
 */
export function evidenceOf(
  station: StationName,
  record: InspectionRecord,
  pictures: readonly PictureInView[],
): InspectionEvidence | null {
  const seen = pictures.map(picture => picture.seen)
  if (pictures.length === 0 || !isSecretInView(station, seen)) return null
  const isSealed = seen.some(one => one?.reading.sealed !== undefined)
  return {
    unit: record.unit,
    station: record.station,
    started: record.started,
    files: [
      ...pictures.map(({ bytes }, i) => {
        if (bytes === null) throw gone(i + 1)
        return { name: `photograph-${i + 1}.${endingOf(bytes)}`, bytes }
      }),
      ...(isSealed ? [] : [readingsInClear(seen)]),
      { name: 'record.json', bytes: new TextEncoder().encode(serialiseRecord(record)) },
    ],
    sealedReadings: isSealed ? seen.map(sealedSeen) : null,
  }
}

function sealedSeen(seen: PhotographSeen | null): SealedSeen | null {
  const sealed = seen?.reading.sealed
  return seen === null || sealed === undefined ? null : { photograph: seen.photograph, sealed }
}

/** The only file in which secrets stand as text. */
export const readingsInClear = (seen: readonly (PhotographSeen | null)[]) => ({
  name: readingsFile,
  bytes: new TextEncoder().encode(inClear(seen)),
})

const gone = (which: number) =>
  new AssayError('photograph-gone', `Photograph ${which} of the unit is not at hand any more.`)

/** JSON in which secrets stand in clear: the only place that writes them, and what it writes is sealed. */
function inClear(value: unknown): string {
  function clear(this: Readonly<Record<string, unknown>>, name: string, inner: unknown): unknown {
    const own = this[name]
    if (own instanceof Secret) return own.length === 0 ? null : own.exposeText()
    return own instanceof Uint8Array ? [...own] : inner
  }
  return `${JSON.stringify(value, clear, 2)}\n`
}

const beginnings: readonly (readonly [ending: string, bytes: readonly number[]])[] = [
  ['jpg', [0xff, 0xd8]],
  ['png', [0x89, 0x50]],
  ['webp', [0x52, 0x49]],
  ['tif', [0x49, 0x49]],
  ['tif', [0x4d, 0x4d]],
]

const endingOf = (bytes: Uint8Array) =>
  beginnings.find(([, first]) => first.every((byte, i) => bytes[i] === byte))?.[0] ?? 'bin'
