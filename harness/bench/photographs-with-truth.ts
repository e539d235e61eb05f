import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../core/verdict.ts'
import type { StationName } from '../core/vocabulary.ts'
import type { Quad } from '../imaging/quad.ts'
import { LotFile } from '../products/unit-record.ts'

/** A photograph of the development set, and what is known of it. For benchmarks only: the program never sees it. */
export interface PhotographWithTruth {
  readonly file: string
  readonly path: string
  readonly unit: string
  readonly serial: string
  readonly station: StationName
  /** A shipped product's name, or the path of a profile that came with the set. */
  readonly product: string
  readonly defect: string | null
  /** Can this photograph, with the unit's records, show the defect? */
  readonly observable: boolean
  /** The verdicts that are not wrong here. */
  readonly mayBe: readonly Verdict[]
  readonly adverse: readonly string[]
  /** The same render developed again with another sensor: not independent. */
  readonly redeveloped: boolean
  /** The card's sharp corners, px, clockwise from its own top left. */
  readonly card: Quad
  /** Texts that are really in the picture, by mark; null for what is covered. */
  readonly texts: Readonly<Record<string, string | null>>
}

export interface PhotographSet {
  readonly photographs: readonly PhotographWithTruth[]
  /** The public part of the units' records. */
  readonly lot: LotFile
}

/** The set of photographs with truth in `folder`; null when it is not there. */
export function photographSet(folder: string): PhotographSet | null {
  if (!existsSync(join(folder, 'index.json'))) return null
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const { units }: { units: UnitTruth[] } = read('units.json')
  const { images }: { images: ImageTruth[] } = read('index.json')
  const photographs = images.map((image): PhotographWithTruth => {
    const { qr, qrKind, serialSticker, serialCard, passphrase, address } = image.expected
    const isOpened = (image.station ?? image.state) === 'opened'
    const observable = image.defectObservable === true || image.truth === 'bad'
    const ownProfile = join(folder, 'profiles', `${image.profile}.json`)
    return {
      file: image.file,
      path: join(folder, image.file),
      unit: image.unit,
      serial: units.find(({ unit }) => unit === image.unit)!.serial,
      station: image.station ?? (image.state as StationName),
      product: existsSync(ownProfile) ? ownProfile : image.product,
      defect: image.defect,
      observable,
      mayBe: image.mayBe ?? (observable ? ['FAIL', 'INCONCLUSIVE', 'ERROR'] : ['PASS', 'INCONCLUSIVE']),
      adverse: image.adverse,
      redeveloped: image.redevelopedFrom != null,
      card: image.fields.card,
      texts: {
        [qrKind === 'epk' ? 'epk-qr' : 'address-qr']: qr,
        [isOpened ? 'serial-bottom' : 'serial-top']: serialSticker,
        'serial-card': serialCard,
        ...(address && !isOpened ? { 'address-text': address } : {}),
        ...(passphrase ? { passphrase } : {}),
      },
    }
  })
  const lot = LotFile.parse({
    lot: 'development',
    units: units.map(({ serial, intermediateCode, confirmationCode, publicKey, address }) => ({
      serial,
      intermediateCode,
      confirmationCode,
      publicKey,
      address,
    })),
  })
  return { photographs, lot }
}

interface UnitTruth {
  readonly unit: string
  readonly serial: string
  readonly intermediateCode: string
  readonly confirmationCode: string
  readonly publicKey: string
  readonly address: string
}

interface ImageTruth {
  readonly file: string
  readonly unit: string
  readonly state: string
  readonly product: string
  /** Of the second set: the profile's name, the station (a state has others, as «half-peeled»), and what is true. */
  readonly profile?: string
  readonly station?: StationName
  readonly truth?: string
  readonly mayBe?: readonly Verdict[]
  readonly defect: string | null
  readonly defectObservable: boolean | null
  readonly adverse: readonly string[]
  readonly redevelopedFrom: string | null
  readonly fields: { readonly card: Quad }
  readonly expected: {
    readonly qr: string | null
    readonly qrKind: string
    readonly serialSticker: string | null
    readonly serialCard: string | null
    readonly passphrase: string | null
    readonly address?: string
  }
}

export type Rating = 'right' | 'false PASS' | 'false FAIL' | 'inconclusive'

/**
 * Was the verdict right? A defect that the photograph can show must not pass; a unit without such a defect should pass,
 * must not fail, and is counted apart when it could not be judged.
 */
export function rate({ mayBe }: PhotographWithTruth, verdict: Verdict): Rating {
  if (!mayBe.includes(verdict)) return verdict === 'PASS' ? 'false PASS' : 'false FAIL'
  return verdict === 'INCONCLUSIVE' && mayBe.includes('PASS') ? 'inconclusive' : 'right'
}
