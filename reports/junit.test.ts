import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { InspectionRecord } from '../harness/record/inspection-record.ts'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { junitReport as reportOf } from './junit.ts'
import type { ReportedFile } from './reported-inspection.ts'

const junitReport = (records: readonly InspectionRecord[], files: readonly ReportedFile[] = []) =>
  reportOf(
    records.map(record => ({ record })),
    files,
  )

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

test('one bad unit is one failure, with all its checks inside, and what was not run is named', () => {
  const findings = (['serials-agree', 'concealed'] as const).map(check => ({
    check,
    verdict: 'FAIL' as const,
    because: `${check} is bad`,
    marks: [],
  }))
  const xml = junitReport([
    sampleRecord({ findings, plannedChecks: ['serials-agree', 'concealed', 'legibility'], verdict: 'FAIL' }),
  ])
  expect(xml.match(/<failure /g)).toHaveLength(1)
  for (const { because } of findings) expect(xml).toContain(because)
  expect(xml).toContain('Not run: legibility.')
})

test('cases are told apart: by their files, and by number where everything else is the same', () => {
  const record = sampleRecord({ verdict: 'PASS' })
  const xml = reportOf([
    ...Array.from({ length: 21 }, (_, i) => ({ record, files: [`photo-${i}.jpg`] })),
    ...Array.from({ length: 3 }, () => ({ record })),
    { record, attempt: 2 },
  ])
  const names = [...xml.matchAll(/<testcase name="([^"]+)"/g)].map(([, name]) => name)
  expect(names).toHaveLength(25)
  expect(new Set(names).size).toBe(25)
  expect(names).toContain('BX0000001, photo-20.jpg')
  expect(names.slice(21)).toEqual(['BX0000001', 'BX0000001 (2)', 'BX0000001 (3)', 'BX0000001, attempt 2'])
})

test('a file without a result is an error, and the second copy of a picture is none', async () => {
  const file = (isSettled: boolean) => ({
    file: `${isSettled}.jpg`,
    code: 'picture-damaged',
    because: 'it is torn',
    isSettled,
  })
  const xml = junitReport([sampleRecord({ verdict: 'PASS' })], [file(false), file(true)])
  expect(await faults(xml)).toEqual([])
  expect(xml).toMatch(/<testsuites name="assay" tests="3" failures="0" errors="1">/)
  expect(xml).toMatch(/<testcase name="false.jpg"[^>]*><error type="picture-damaged" message="it is torn"/)
  expect(xml).toMatch(/<testcase name="true.jpg"[^>]*><skipped /)
})

test('a unit whose FAIL stands is a failure, whatever its last inspection says, and both are told', () => {
  const xml = reportOf([
    {
      record: sampleRecord({ verdict: 'PASS', findings: [] }),
      stands: { verdict: 'FAIL', because: 'the serials differed' },
    },
  ])
  expect(xml).toMatch(/<failure type="FAIL" message="It counts as failed: the serials differed"/)
  expect(xml).toContain('This inspection: PASS')
})

test('what a PASS leaves unproved stands in its case', async () => {
  const unproved = [
    { name: 'cover-material', because: 'no appearance is known', holds: true, accepted: true },
    { name: 'faint-marks', because: 'no appearance is known', holds: false, accepted: false },
  ] as const
  const because = 'All 14 checks passed. Not proved: cover-material (accepted), faint-marks.'
  const xml = junitReport([sampleRecord({ verdict: 'PASS', findings: [], unproved: [...unproved], because })])
  expect(await faults(xml)).toEqual([])
  expect(xml).toMatch(/<system-out>[^<]*Not proved: cover-material \(accepted\), faint-marks/)
  expect(junitReport([sampleRecord({ verdict: 'PASS', findings: [] })])).not.toContain('Not proved')
})

test('a run that is not at its end is an error, whatever passed so far, and no name turns the direction of writing', async () => {
  const passed = sampleRecord({ verdict: 'PASS', findings: [] })
  const xml = reportOf([{ record: passed, files: ['gnp.\u202eSSAP.jpg'] }], [], 'It broke \u202eoff.')
  expect(await faults(xml)).toEqual([])
  expect(xml).toMatch(/<testsuites name="assay" tests="2" failures="0" errors="1">/)
  expect(xml).toContain('<error type="run-unfinished" message="It broke \\u202eoff."/>')
  expect(xml).not.toContain('\u202e')
})
