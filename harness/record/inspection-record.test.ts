import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, expect, test } from 'vitest'
import { makeReferenceUnit, photographOf, type ReferenceUnit } from '../checks/reference-unit.testing.ts'
import { inspectUnit } from '../inspection/inspect-unit.ts'
import { requestOf } from '../inspection/reference-request.testing.ts'
import { parseRecord, serialiseRecord } from './inspection-record.ts'
import { recordJsonSchema, recordSchemaFile } from './record-schema.testing.ts'

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})
const records = () => ({ lot: 'L-0', product: null, units: [unit.record] })

test('the shipped JSON Schema is the current one', () => {
  const shipped = readFileSync(recordSchemaFile, 'utf8')
  expect(JSON.parse(shipped), 'write it again: node harness/record/record-schema.testing.ts').toEqual(
    recordJsonSchema(),
  )
})

test('records follow the JSON Schema by an independent validator, and a broken one does not', async () => {
  const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(recordJsonSchema())
  for (const station of ['printed', 'etched', 'sealed', 'opened'] as const) {
    const written = serialiseRecord(
      await inspectUnit(requestOf(station, [photographOf(station, unit.card)], { records })),
    )
    expect(validate(JSON.parse(written)), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...JSON.parse(written), passphrase: 'x' })).toBe(false)
  }
})

test('the same inputs give the same bytes, and reading a record back changes nothing', async () => {
  const once = serialiseRecord(await inspectUnit(requestOf('opened', [photographOf('opened', unit.card)], { records })))
  const twice = serialiseRecord(
    await inspectUnit(requestOf('opened', [photographOf('opened', unit.card)], { records })),
  )
  expect(twice).toBe(once)
  expect(serialiseRecord(parseRecord(once))).toBe(once)
})
