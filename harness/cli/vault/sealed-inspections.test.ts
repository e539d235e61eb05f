import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import type { InspectionEvidence } from '../../inspection/evidence.ts'
import { noJournal } from '../../lots/keep-inspections.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { inspectPhotographs } from '../photographs/inspect-photographs.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-sealed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
for (const name of ['one', 'two']) writeFileSync(at(name), name)
writeFileSync(at('lot.json'), JSON.stringify([{ serial: 'BX0000001' }]))

const passphrase = '3515-H0EP-J513-IUL6-0K5Y'

/** Sees the passphrase on whatever it is shown. @param afterwards called when a picture was read */
function eyes(afterwards: () => void = () => {}): Vision {
  const look: Vision['look'] = async source => {
    const bytes = source as Uint8Array
    const reading: PhotographReading = {
      photographId: createHash('sha256').update(bytes).digest('hex'),
      card: null,
      because: 'no card in view',
      marks: [
        {
          mark: 'passphrase',
          outcome: 'read',
          text: Secret.ofText(passphrase),
          confidence: 1,
          readers: ['pp-ocr', 'etch-net'],
          alternatives: null,
          where: null,
          because: 'two readers agree',
        },
      ],
      states: [],
      measurements: [],
    }
    afterwards()
    return { reading, pixelsSha256: reading.photographId, crops: [], explanation: null }
  }
  return { look, read: async (...args) => (await look(...args)).reading, [Symbol.asyncDispose]: async () => {} }
}

async function inspect(names: readonly string[], vision: Vision, together = false) {
  const [sealed, lines]: [InspectionEvidence[], string[]] = [[], []]
  const say = (line: string) => void lines.push(line)
  const options = { product: 'assay-reference', station: 'etched', records: at('lot.json'), json: true, together }
  const output = { colours: false, columns: null, print: say, tell: say }
  const signal = new AbortController().signal
  const clock = () => '2026-11-29T12:00:00.000Z'
  const evidence = async (one: InspectionEvidence) => void sealed.push(structuredClone(one))
  const work = inspectPhotographs(names.map(at), options, output, signal, clock, () => vision, noJournal, evidence)
  const error = await work.then(
    () => null,
    (thrown: { code?: string }) => thrown,
  )
  return { sealed, lines, error }
}

const textOf = (evidence: InspectionEvidence | undefined, name: string) =>
  Buffer.from(evidence!.files.find(one => one.name === name)!.bytes).toString()

it('seals the pictures themselves and what was read in them, one inspection a file, and says nothing of it', async () => {
  const { sealed, lines, error } = await inspect(['one', 'two'], eyes())
  expect(error).toBeNull()
  expect(sealed.map(one => textOf(one, 'photograph-1.bin'))).toEqual(['one', 'two'])
  for (const one of sealed) {
    expect(textOf(one, 'readings.json')).toContain(passphrase)
    expect(textOf(one, 'record.json')).not.toContain(passphrase)
  }
  expect(lines.join('\n')).not.toContain(passphrase)
})

it('never seals another picture than the one that was read', async () => {
  const { sealed, error } = await inspect(
    ['one'],
    eyes(() => writeFileSync(at('one'), 'exchanged')),
  )
  writeFileSync(at('one'), 'one')
  expect(error).toMatchObject({ code: 'picture-changed' })
  expect(sealed).toEqual([])
})
