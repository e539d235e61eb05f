import { faultText } from '../checks/lot/lot-fault.ts'
import { examineLotFile, type LotExamination } from '../checks/lot/read-lot-file.ts'
import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { secretKind } from '../core/looks-secret.ts'
import { OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { LeakScan } from '../guard/leaks/leak-scan.node.ts'
import { loadProfile } from '../products/load-profile.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { LotFile, UnitRecord } from '../products/unit-record.ts'
import { printDocument } from './terminal.ts'

type Said = Pick<LotExamination, 'warnings' | 'ignored'>

/** So many warnings of one file are shown one by one. */
const shownWarnings = 20

/** What a lot file holds that was not read, one sentence each. @param file what to call it */
export function lotWarnings(file: string, { warnings, ignored }: Said): string[] {
  const more = warnings.length - shownWarnings
  return [
    ...warnings.slice(0, shownWarnings),
    ...(more > 0 ? [`${file}: ${more} more secret fields were not read; remove them from the lot file.`] : []),
    ...(ignored.length > 0 ? [`${file}: fields that Assay does not know were not read: ${ignored.join(', ')}.`] : []),
  ]
}

/**
 * `assay lot check`: every fault of a lot file with unit and field, or what is known of its units.
 * @throws AssayError `records-unreadable`, ProfileError
 */
export function checkLotFile(
  file: string,
  { product, json = false }: { product?: string; json?: boolean },
  print: (line: string) => void,
): ExitCode {
  const profile = product === undefined ? undefined : loadProfile(product)
  const givesAway = (text: string) => {
    const kind = profile === undefined ? secretKind(text) : productSecretKind(profile, text)
    // Digests have as many digits as bare keys.
    return kind !== null && kind !== 'raw-key' && kind !== 'seed-qr'
  }
  const content = readRecords(file)
  const examination = examineLotFile(content, { givesAway, ...(profile && { profile }) })
  const { lot, faults } = examination
  const hidden = examination.warnings.length > 0 ? [] : hiddenIn(content, file, profile ?? null)
  const warnings = [...lotWarnings(file, examination), ...hidden]
  // A lot file goes from hand to hand: one that holds secrets is not sound, whatever its records say.
  const isSound = lot !== null && examination.warnings.length + hidden.length === 0
  const exitCode = isSound ? exitCodes.passed : exitCodes.usage
  if (json) {
    const found = faults.map(({ unit, field, because }) => ({ unit, field, because }))
    const about = lot && { lot: lot.lot, product: lot.product, units: lot.units.length, known: countsOf(lot) }
    printDocument({ file, sound: isSound, ...about, faults: found, warnings }, print)
    return exitCode
  }
  if (lot === null) {
    print(`${file}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`)
    for (const line of foldedFaults(faults)) print(`  ${line}`)
  } else {
    const name = lot.lot === null ? '' : ` of the lot ${lot.lot}`
    const kind = lot.product === null ? '' : `, product ${lot.product}`
    const state = isSound ? 'sound' : 'not sound, because it holds secrets; its records by themselves are'
    print(`${file}: ${state}. ${lot.units.length} ${lot.units.length === 1 ? 'unit' : 'units'}${name}${kind}.`)
    for (const [field, count] of Object.entries(countsOf(lot))) print(`  ${field.padEnd(16)} of ${count}`)
    if (product === undefined) print('  Serials were held against no product: add --product.')
  }
  for (const warning of warnings) print(`  ${warning}`)
  return exitCode
}

/** Intermediate codes, confirmation codes and compressed public keys. */
const publicCode =
  /passphrase[1-9A-HJ-NP-Za-km-z]{62}|cfrm38[1-9A-HJ-NP-Za-km-z]{69}|(?<![0-9A-Fa-f])0[23][0-9A-Fa-f]{64}(?![0-9A-Fa-f])/g

/** What no field shows, and `assay custody scan` finds: written in numbers, escapes, base64 and so on. */
function hiddenIn(content: Uint8Array, file: string, profile: ProductProfile | null): readonly string[] {
  // Public codes are most of a file, and looked at already; of the same length, so that places are those in the file.
  const text = Buffer.from(content)
    .toString('latin1')
    .replaceAll(publicCode, code => '#'.repeat(code.length))
  const { leaks } = new LeakScan([], { hunt: { profile } }).bytes(Buffer.from(text, 'latin1'), file)
  return leaks
    .slice(0, shownWarnings)
    .map(({ where, what }) => `${where}: ${what} stands there; remove it from the lot file.`)
}

/** A column that is called otherwise is one fault of a person, and one of each unit: it is said once. */
function foldedFaults(faults: LotExamination['faults']): string[] {
  const alike = Map.groupBy(faults, ({ field, because, code }) => JSON.stringify([code, field, because]))
  return [...alike.values()].map(([first, ...rest]) => {
    const more = rest.length === 0 ? '' : `, and so with ${rest.length} more`
    return `${faultText(first!)}${more}`
  })
}

/** Of how many units each field is known. */
function countsOf({ units }: LotFile): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const unit of units) {
    for (const field of Object.keys(unit) as (keyof UnitRecord)[]) counts[field] = (counts[field] ?? 0) + 1
  }
  return counts
}

/** The bytes of a lot file. @throws AssayError `records-unreadable` */
export function readRecords(file: string): Uint8Array {
  try {
    return readOutside(file, 'lot')
  } catch (cause) {
    const why = cause instanceof OutsideFileError ? `it ${cause.clause}` : 'unknown'
    throw new AssayError('records-unreadable', `The records ${file} cannot be read (${why}); name the lot's file.`, {
      cause,
    })
  }
}
