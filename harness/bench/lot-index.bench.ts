/**
 * What the public records of a lot cost a run, and a photograph: `npm run bench -- lot-index [units...]`. The codes are
 * well formed and not sound, as the records of a large lot are proved one by one when their units are there.
 */
import { createHash } from 'node:crypto'
import { createIntermediateCode, generateUnit } from '../bip38/index.ts'
import { checkInputOf } from '../checks/check-input.testing.ts'
import { examineLotFile, readLotFile } from '../checks/lot/read-lot-file.ts'
import { readingOf } from '../checks/reference-unit.testing.ts'
import { coinBook } from '../coins/index.ts'
import { identifyUnit } from '../inspection/identify.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { UnitRecord } from '../products/unit-record.ts'

const sizes = process.argv.slice(2).map(Number)
const profile = loadProfile('assay-reference')
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const base58 = (seed: string, length: number) =>
  [...createHash('shake256', { outputLength: length }).update(seed).digest()].map(byte => alphabet[byte % 58]).join('')

/** One real unit, so that a photograph of it finds and proves its record. */
const intermediateCode = await createIntermediateCode({ passphrase: 'bench', ownerSalt: new Uint8Array(8) })
const made = await generateUnit({ intermediateCode, seedb: new Uint8Array(24).fill(7), compressed: true })
const { confirmationCode, publicKey, address } = made
const real: UnitRecord = { serial: 'BX2409708', intermediateCode, confirmationCode, publicKey, address }
const serialOf = (i: number) => `AA${String(i).padStart(7, '0')}`
const unitOf = (i: number): UnitRecord => ({
  serial: serialOf(i),
  intermediateCode: `passphrase${base58(`i${i}`, 62)}`,
  confirmationCode: `cfrm38${base58(`c${i}`, 69)}`,
  publicKey: `02${createHash('sha256').update(`${i}`).digest('hex')}`,
  address: `1${base58(`a${i}`, 33)}`,
})
/** Processor time, ms: the same on a busy machine. */
const timed = <T>(work: () => T): [T, number] => {
  const began = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(began)
  return [result, (user + system) / 1000]
}
const ms = (time: number) => time.toFixed(time < 10 ? 2 : 0).padStart(9)

console.log('    units   file MB    JSON ms   read ms   first ms    next ms  foreign ms')
for (const count of sizes.length > 0 ? sizes : [1000, 10_000, 100_000]) {
  const units = [real, ...Array.from({ length: count - 1 }, (_, i) => unitOf(i))]
  const bytes = Buffer.from(JSON.stringify({ product: profile.name, units }))
  const [, parse] = timed(() => JSON.parse(bytes.toString()))
  const [{ lot }, read] = timed(() => readLotFile(bytes, 'the lot file', { profile }))
  const seen = (serial: string, text: string) =>
    checkInputOf('sealed', {
      'serial-card': readingOf('serial-card', serial),
      'serial-top': readingOf('serial-top', serial),
      'address-qr': readingOf('address-qr', text),
      'address-text': readingOf('address-text', text),
    }).marks
  const known = seen(real.serial, address)
  const foreign = seen('ZZ9999999', '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu')
  const [{ unit }, first] = timed(() => identifyUnit(known, lot, coinBook, profile))
  const [, next] = timed(() => identifyUnit(known, lot, coinBook, profile))
  identifyUnit(foreign, lot, coinBook, profile)
  const [stranger, other] = timed(() => identifyUnit(foreign, lot, coinBook, profile))
  if (unit?.serial !== real.serial || stranger.unit !== null) throw new Error('the index finds another unit')
  const size = (bytes.length / 1e6).toFixed(1).padStart(9)
  console.log(String(count).padStart(9), size, ...[parse, read, first, next, other].map(ms))
}
const [{ faults }, whole] = timed(() => examineLotFile(JSON.stringify([real]), { profile }))
if (faults.length > 0) throw new Error('a good record has faults')
console.log(`proving one record: ${whole.toFixed(1)} ms (assay lot check does it for every one)`)
