import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { junitReport } from './junit.ts'

const schema = readFileSync(new URL('schemas/junit-10.xsd', import.meta.url), 'utf8')

async function faults(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: xml }],
    schema: [{ fileName: 'junit-10.xsd', contents: schema }],
  })
  return errors.map(({ message }) => message)
}

test('the report follows junit-10.xsd, for every verdict and for no record at all', async () => {
  const records = (['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const).map(verdict => sampleRecord({ verdict }))
  expect(await faults(junitReport(records))).toEqual([])
  expect(await faults(junitReport([]))).toEqual([])
})

test('the schema is really used: an attribute that it does not know is a fault', async () => {
  const xml = junitReport([sampleRecord({})]).replace('<testsuite ', '<testsuite unknown="1" ')
  expect(await faults(xml)).not.toEqual([])
})

test('whatever stands in a record, the report follows the schema and carries the text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      async (because, unit) => {
        const finding = { check: 'serials-agree' as const, verdict: 'FAIL' as const, because, marks: [] }
        const xml = junitReport([sampleRecord({ findings: [finding], unit, because })])
        expect(await faults(xml)).toEqual([])
      },
    ),
    { numRuns: 25 },
  )
})

test('FAIL is a failure; INCONCLUSIVE and ERROR are errors that say which; nothing but PASS is green', () => {
  const suites = (['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const).map(
    verdict => [verdict, junitReport([sampleRecord({ verdict, findings: [] })])] as const,
  )
  for (const [verdict, xml] of suites) {
    const failed = xml.match(/<failure type="(\w+)"/)?.[1]
    const error = xml.match(/<error type="(\w+)"/)?.[1]
    expect([failed, error]).toEqual(
      {
        PASS: [undefined, undefined],
        INCONCLUSIVE: [undefined, 'INCONCLUSIVE'],
        FAIL: ['FAIL', undefined],
        ERROR: [undefined, 'ERROR'],
      }[verdict],
    )
  }
})

test('the counts are those of the cases', () => {
  const xml = junitReport([sampleRecord({ verdict: 'FAIL' }), sampleRecord({ verdict: 'INCONCLUSIVE' })])
  const total = (name: string) => Number(xml.match(new RegExp(`<testsuites[^>]* ${name}="(\\d+)"`))?.[1])
  expect(total('tests')).toBe(xml.match(/<testcase /g)?.length)
  expect(total('failures')).toBe(xml.match(/<failure /g)?.length)
  expect(total('errors')).toBe(xml.match(/<error /g)?.length)
})

test('planned checks that were not run are listed as skipped', () => {
  const xml = junitReport([sampleRecord({ findings: [], plannedChecks: ['serials-agree'], verdict: 'ERROR' })])
  expect(xml).toMatch(/<testcase name="serials-agree"[^>]*><skipped type="not-run"/)
})

test('what a PASS leaves unproved is a property of its suite, and stands with its verdict', async () => {
  const unproved = [
    { name: 'cover-material', because: 'no appearance is known', holds: true, accepted: true },
    { name: 'faint-marks', because: 'no appearance is known', holds: false, accepted: false },
  ] as const
  const because = 'All 14 checks passed. Not proved: cover-material (accepted), faint-marks.'
  const xml = junitReport([sampleRecord({ verdict: 'PASS', findings: [], unproved: [...unproved], because })])
  expect(await faults(xml)).toEqual([])
  expect(xml).toContain('<property name="not-proved" value="cover-material (accepted), faint-marks"/>')
  expect(xml).toContain(`<system-out>${because}</system-out>`)
  expect(junitReport([sampleRecord({ verdict: 'PASS', findings: [] })])).not.toContain('system-out')
})
