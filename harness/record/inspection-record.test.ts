import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeReferenceUnit, photographOf, type ReferenceUnit } from '../checks/reference-unit.testing.ts'
import { inspectUnit } from '../inspection/inspect-unit.ts'
import { requestOf } from '../inspection/reference-request.testing.ts'
import { type InspectionRecord, parseRecord, RecordError, serialiseRecord, verdictOf } from './inspection-record.ts'
import { recordJsonSchema, recordSchemaFile } from './record-schema.testing.ts'
import { sampleRecord } from './sample-record.testing.ts'

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

describe('the verdict is worked out again', () => {
  const failed = sampleRecord({})
  const passed: InspectionRecord = {
    ...failed,
    findings: failed.findings.map(finding => ({ ...finding, verdict: 'PASS' as const })),
    verdict: 'PASS',
  }
  const alarm = { code: 'epk-exposed', because: 'ALARM: it lies open.', marks: [], acknowledged: false } as const

  test('from findings, planned checks, alarm and error, the worst of all', () => {
    expect(verdictOf(passed)).toBe('PASS')
    expect(verdictOf({ ...passed, plannedChecks: [...passed.plannedChecks, 'keyless'] })).toBe('INCONCLUSIVE')
    expect(verdictOf({ ...passed, findings: [], plannedChecks: [] })).toBe('INCONCLUSIVE')
    expect(verdictOf(failed)).toBe('FAIL')
    for (const acknowledged of [true, false])
      expect(verdictOf({ ...passed, alarm: { ...alarm, marks: [], acknowledged } })).toBe('FAIL')
    expect(verdictOf({ ...failed, error: { code: 'camera-gone', message: 'It is gone.' } })).toBe('ERROR')
  })

  const changes: readonly [string, Partial<InspectionRecord>][] = [
    ['a verdict', { verdict: 'FAIL' }],
    ['a finding', { findings: failed.findings }],
    ['an alarm', { alarm: { ...alarm, marks: [] } }],
    ['an error', { error: { code: 'camera-gone', message: 'It is gone.' } }],
    ['a planned check', { plannedChecks: [...passed.plannedChecks, 'keyless'] }],
  ]
  test.each(changes)('a record in which %s was changed is neither read nor written', (_, change) => {
    expect(parseRecord(serialiseRecord(passed))).toEqual(passed)
    const changed = { ...passed, ...change }
    expect(() => parseRecord(JSON.stringify(changed))).toThrow(RecordError)
    expect(() => serialiseRecord(changed)).toThrow(RecordError)
    expect(() => parseRecord(JSON.stringify(changed))).toThrow(
      /^The record of BX0000001 at station sealed says (PASS|FAIL), but its .* give (PASS|INCONCLUSIVE|FAIL|ERROR): it was changed/,
    )
  })
})
