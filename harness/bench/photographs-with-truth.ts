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
  readonly product: string
  readonly defect: string | null
  /** Can this photograph, with the unit's records, show the defect? */
  readonly observable: boolean
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
    const sealed = image.state === 'sealed'
    return {
      file: image.file,
      path: join(folder, image.file),
      unit: image.unit,
      serial: units.find(({ unit }) => unit === image.unit)!.serial,
      station: image.state,
      product: image.product,
      defect: image.defect,
      observable: image.defectObservable === true,
      adverse: image.adverse,
      redeveloped: image.redevelopedFrom != null,
      card: image.fields.card,
      texts: {
        [qrKind === 'epk' ? 'epk-qr' : 'address-qr']: qr,
        [sealed ? 'serial-top' : 'serial-bottom']: serialSticker,
        'serial-card': serialCard,
        ...(sealed ? { 'address-text': address ?? null } : { passphrase }),
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
  readonly state: 'sealed' | 'opened'
  readonly product: string
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
export function rate({ observable }: PhotographWithTruth, verdict: Verdict): Rating {
  if (observable) return verdict === 'PASS' ? 'false PASS' : 'right'
  if (verdict === 'PASS') return 'right'
  return verdict === 'INCONCLUSIVE' ? 'inconclusive' : 'false FAIL'
}
