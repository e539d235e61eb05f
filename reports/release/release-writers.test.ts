import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { Said } from '../../harness/custody/journal/entry.ts'
import {
  failing,
  inspection,
  madeDraw,
  madeIdentity,
  madeLot,
  madeRecord,
} from '../../harness/lots/release/made-lot.testing.ts'
import type { LotRelease, ReleaseDocument } from '../../harness/lots/release/release-record.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { placementPlot } from '../charts/release-charts.ts'
import { checksCsv, unitsCsv } from './csv.ts'
import { ctrfReport } from './ctrf.ts'
import { junitReport } from './junit.ts'
import { madeView } from './made-view.testing.ts'
import { openHtfReport } from './openhtf.ts'
import { footOf, releaseReport } from './release-report.ts'

const lot = madeIdentity(20)
const drawn = madeDraw(lot, 6).facts.sample
const [a, b, c, d] = lot.serials.filter(serial => !drawn.includes(serial)) as [string, string, string, string]

/** A lot in which one unit failed, one could not be judged, one was never seen at a station, and one took two attempts. */
function spoiltLot(because = 'It is stained.'): Said[] {
  const bad = { ...failing('sealed', 'nothing-else'), because }
  const instead = (said: Said, ...by: Said[]) => (said.station === 'sealed' ? by : [said])
  return [...madeLot(lot)].flatMap(said => {
    if (said.kind !== 'inspection') return [said]
    if (said.unit === a) return instead(said, inspection(lot, a, 'sealed', bad))
    if (said.unit === b)
      return instead(said, inspection(lot, b, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE')))
    if (said.unit === c) return instead(said)
    if (said.unit === d)
      return instead(said, inspection(lot, d, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE')), said)
    return [said]
  })
}

/** Judged for where its sticker sits, too. */
const placedAnew = (unit: string) => {
  const { plannedChecks, findings } = madeRecord(lot, unit, 'sealed')
  return {
    plannedChecks: [...plannedChecks, 'placement' as const],
    findings: [...findings, { check: 'placement' as const, verdict: 'PASS' as const, because: 'Right.', marks: [] }],
  }
}

const viewOf = (said: Iterable<Said>, over: Partial<ReleaseDocument> = {}, pictures: LotRelease['pictures'] = []) =>
  madeView(lot, said, over, pictures)

const writers = { junitReport, ctrfReport, unitsCsv, checksCsv, openHtfReport, releaseReport }

describe('every writer', () => {
  it.each(Object.entries(writers))('%s gives the same bytes for the same record', async (_, write) => {
    expect(write(await viewOf(spoiltLot()))).toBe(write(await viewOf(spoiltLot())))
  })

  it('counts what the others count, and leaves nothing out', async () => {
    const view = await viewOf(spoiltLot())
    const expected = { PASS: 63, FAIL: 1, INCONCLUSIVE: 1, never: 1 }
    const count = (words: readonly string[]) =>
      Object.fromEntries(
        Object.keys(expected).map(word => [
          word,
          words.filter(one => one === word || one.startsWith(`${word} `)).length,
        ]),
      )
    // And the lot's own test, which is held.
    const { results } = JSON.parse(ctrfReport(view))
    expect(count(results.tests.map(({ rawStatus }: { rawStatus: string }) => rawStatus))).toEqual(expected)
    expect(results.summary).toMatchObject({ tests: 67, passed: 63, failed: 1, other: 2, pending: 1, skipped: 0 })

    const xml = junitReport(view)
    expect(xml).toMatch(/<testsuites name="assay" tests="67" failures="1" errors="3">/)
    const types = [...xml.matchAll(/<testcase [^>]*>(?:<(?:failure|error) type="(\w+))?/g)].map(
      ([, type = 'PASS']) => type,
    )
    expect(count(types)).toEqual(expected)
    expect(types.filter(type => type === 'HELD')).toHaveLength(1)

    const htf: { outcome: string; outcome_details: { code: string }[] }[] = JSON.parse(openHtfReport(view))
    const codes = htf.map(one => one.outcome_details[0]?.code.replace('NEVER_SEEN', 'never') ?? one.outcome)
    expect(count(codes)).toEqual(expected)

    const units = unitsCsv(view).split('\r\n').slice(1, -1)
    const cells = units.flatMap(line =>
      line
        .slice(1, -1)
        .split('","')
        .filter((_, i) => [5, 7, 9, 11].includes(i)),
    )
    expect(count(cells)).toEqual(expected)

    const inspections = new Map(
      checksCsv(view)
        .split('\r\n')
        .slice(1, -1)
        .map(line => line.slice(1, -1).split('","'))
        .map(([unit, station, verdict]) => [`${unit} ${station}`, verdict!] as const),
    )
    expect(count([...inspections.values()])).toEqual(expected)

    const table = /aria-label="Table of units"[\s\S]*?<\/table>/.exec(releaseReport(view))![0]
    const shown = [...table.matchAll(/<td class="[A-Za-z]+">([^<]+)/g)].map(([, word]) => word!.trim())
    expect(count(shown)).toEqual(expected)
  })
})

describe('JUnit', () => {
  const contents = readFileSync(join(import.meta.dirname, '..', 'schemas', 'junit-10.xsd'), 'utf8')
  it('follows junit-10.xsd, whatever stands in a record', async () => {
    for (const said of [spoiltLot('<&\u0000\ud800'), [], [...madeLot(lot)]]) {
      const { errors } = await validateXML({
        xml: [{ fileName: 'junit.xml', contents: junitReport(await viewOf(said)) }],
        schema: [{ fileName: 'junit-10.xsd', contents }],
      })
      expect(errors).toEqual([])
    }
  })
})

describe('a pipeline', () => {
  const greens = (view: ReleaseView) => [
    !/<(?:failure|error) /.test(junitReport(view)),
    ((its: { tests: number; passed: number }) => its.tests === its.passed)(
      JSON.parse(ctrfReport(view)).results.summary,
    ),
  ]
  it('is green only where something real is released: not by units that all passed', async () => {
    const good = [...madeLot(lot)]
    const view = await viewOf(good)
    expect([view.unsigned.length, greens(view), greens({ ...view, unsigned: [] })]).toEqual([
      2,
      [false, false],
      [true, true],
    ])
    expect(greens(await viewOf(good, { rehearsal: true }))).toEqual([false, false])
    expect(greens(await viewOf(good.filter(({ kind }) => kind !== 'golden-card')))).toEqual([false, false])
  })
})

describe('OpenHTF and the tables', () => {
  it.each([
    ['of a rehearsal', { rehearsal: true }, [], 'REHEARSAL'],
    ['that nobody signed', {}, ['nobody signed'], 'UNSIGNED'],
    ['that was signed', {}, [], 'RELEASED'],
  ])(
    'say in every record of a release %s that it is one, and RELEASED of the last only',
    async (_, over, unsigned, decision) => {
      const view = { ...(await viewOf([...madeLot(lot)], over)), unsigned }
      const rehearsal = 'rehearsal' in over
      const told = JSON.parse(openHtfReport(view)).map(({ metadata }: { metadata: object }) => metadata)
      expect(told.length).toBeGreaterThan(20)
      for (const one of told) expect(one).toMatchObject({ lot_decision: decision, rehearsal })
      expect(junitReport(view)).toContain(`<property name="decision" value="${decision}"/>`)
      const ctrf = JSON.parse(ctrfReport(view)).results
      expect([ctrf.summary.extra.decision, ctrf.tests[0].rawStatus]).toEqual([decision, decision])
      for (const csv of [unitsCsv(view), checksCsv(view)]) {
        const [head, ...rows] = csv.trim().split('\r\n')
        expect(head).toMatch(/,"rehearsal"$/)
        expect(rows.every(row => row.endsWith(rehearsal ? ',"rehearsal"' : ',""'))).toBe(true)
      }
    },
  )
})

describe('CTRF', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'schemas', 'ctrf.schema.json'), 'utf8'))
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)

  it('follows its schema, which is really used', async () => {
    const report = JSON.parse(ctrfReport(await viewOf(spoiltLot())))
    expect([validate(report), validate.errors]).toEqual([true, null])
    expect(validate({ ...report, more: 1 })).toBe(false)
    expect(validate(JSON.parse(ctrfReport(await viewOf([]))))).toBe(true)
  })
})

describe('CSV', () => {
  const cellsOf = (csv: string) =>
    csv
      .slice(1)
      .split('\r\n')
      .slice(0, -1)
      .map(line =>
        line
          .slice(1, -1)
          .split('","')
          .map(cell => cell.replaceAll('""', '"')),
      )

  it('has the mark, CRLF and quotes that Excel wants', async () => {
    const csv = unitsCsv(await viewOf(madeLot(lot)))
    expect(csv.startsWith('\ufeff"unit","fate","drawn","decoy","verdict","printed","printed attempts",')).toBe(true)
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(cellsOf(csv)).toHaveLength(21)
  })

  it.each(['=1+1', '+CMD', '-2+3;x', '@SUM(A1)', '=HYPERLINK("http://x")'])('makes no formula of %j', async text => {
    const view = await viewOf(spoiltLot(text))
    const cells = cellsOf(unitsCsv(view)).flat()
    expect(cells).toContain(`'${text}`)
  })

  it('writes what nobody sees, or what turns the direction of writing, as it is spelt', async () => {
    const csv = unitsCsv(await viewOf(spoiltLot('\t=1\0\u001b[31m\u202egood')))
    expect(cellsOf(csv).flat()).toContain('\\t=1\\u0000\\u001b[31m\\u202egood')
  })

  it('keeps a serial of digits as the text that it is', async () => {
    const view = await viewOf(madeLot(lot))
    const [first] = view.decided.units
    for (const serial of ['00042', '1E5', '3-4', '123456789012345678']) {
      const units = [{ ...first!, unit: serial }]
      expect(unitsCsv({ ...view, cases: [], decided: { ...view.decided, units } })).toContain(`\r\n"=""${serial}""",`)
    }
  })

  it('never begins a cell like a formula, whatever stands in a record, but for a constant text', async () => {
    const view = await viewOf(madeLot(lot))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), unit => {
        const units = [{ ...view.decided.units[0]!, unit }]
        const csv = unitsCsv({ ...view, cases: [], decided: { ...view.decided, units } })
        const cell = csv.slice(csv.indexOf('\r\n"') + 3)
        expect(cell).toMatch(/^(?:[^=+\-@\t\r\n]|=""[\d.,:/eE+ -]+""")/)
      }),
    )
  })
})

describe('OpenHTF', () => {
  it('has the keys of a TestRecord', async () => {
    const [first] = JSON.parse(openHtfReport(await viewOf(madeLot(lot))))
    expect(Object.keys(first)).toEqual([
      ...(['dut_id', 'station_id', 'start_time_millis', 'end_time_millis', 'outcome', 'outcome_details'] as const),
      ...(['metadata', 'phases', 'log_records'] as const),
    ])
    expect(first).toMatchObject({ dut_id: 'BX0000001', station_id: 'printed', outcome: 'PASS', outcome_details: [] })
    expect(first.phases[0]).toMatchObject({ name: 'known-unit', outcome: 'PASS' })
  })

  it('has what was measured of each unit at its own check, with its limits', async () => {
    const view = await viewOf(
      [...madeLot(lot)].map(said =>
        said.kind === 'inspection' && said.station === 'sealed' && said.unit != null
          ? inspection(lot, said.unit, 'sealed', placedAnew(said.unit))
          : said,
      ),
    )
    const all: { dut_id: string; station_id: string; phases: { name: string; measurements: object }[] }[] = JSON.parse(
      openHtfReport(view),
    )
    const measured = all.flatMap(({ dut_id, station_id, phases }) =>
      phases.flatMap(({ name, measurements }) =>
        Object.keys(measurements).length === 0 ? [] : [[dut_id, station_id, name, measurements]],
      ),
    )
    // Of the first twelve there are values; the fourth is the fourth unit's own.
    expect(measured).toHaveLength(12)
    expect(measured[4]).toEqual([
      'BX0000005',
      'sealed',
      'placement',
      {
        'placement-shift of top-layer': { measured_value: expect.closeTo(0.21), units: 'mm', validators: ['x <= 0.6'] },
      },
    ])
  })
})

describe('decoys and units that were taken out', () => {
  const bad = failing('sealed', 'nothing-else')
  const at =
    (unit: string, over: object) =>
    (said: Said): Said =>
      said.kind === 'inspection' && said.unit === unit && said.station === 'sealed'
        ? inspection(lot, unit, 'sealed', over)
        : said
  const decoy: Said = { kind: 'lot-decoy', who: 'ann', facts: { lot: lot.lot, unit: a, station: 'sealed' } }
  const out: Said = {
    kind: 'lot-unit-out',
    who: 'ann',
    why: 'a stain',
    facts: { lot: lot.lot, unit: b, as: 'scrapped' },
  }
  const withDecoy = (over: object) => {
    const said = [...madeLot(lot)].map(at(a, over)).map(at(b, bad))
    const first = said.findIndex(({ kind }) => kind === 'golden-card')
    return [...said.toSpliced(first, 0, decoy), out]
  }

  it('are skipped where they failed: what is planted is none of the lot’s, and a decoy that was passed is a failure', async () => {
    const view = await viewOf(withDecoy(bad))
    const tests: { name: string; status: string; message?: string }[] = JSON.parse(ctrfReport(view)).results.tests
    const { summary } = JSON.parse(ctrfReport(view)).results
    expect(summary).toMatchObject({ failed: 0, skipped: 2 })
    expect(tests.find(({ name }) => name === `${a} at sealed`)).toMatchObject({
      status: 'skipped',
      message: 'A decoy, known to be bad: it was refused, as it has to be. nothing-else is wrong.',
    })
    expect(tests.find(({ name }) => name === `${b} at sealed`)).toMatchObject({
      status: 'skipped',
      message: 'The unit is scrapped. nothing-else is wrong.',
    })
    expect(junitReport(view)).toMatch(/ failures="0" errors="\d+" skipped="2"/)
    expect(view.defects.map(({ units }) => units)).toEqual([[b]])
    expect(view.firstPass.find(({ station }) => station === 'sealed')!.counts).toMatchObject({ PASS: 18, FAIL: 1 })
    const row = view.decided.checks.find(({ title }) => title === 'Nothing else is on the card')!
    expect([row.planned, row.done, row.failed]).toEqual([19, 19, 1])
    expect(unitsCsv(view)).toContain(`\r\n"${a}","scrapped","","sealed","FAIL",`)
    const own = JSON.parse(openHtfReport(view)).filter(
      ({ metadata }: { metadata: { decoy: boolean } }) => metadata.decoy,
    )
    expect(new Set(own.map(({ dut_id }: { dut_id: string }) => dut_id))).toEqual(new Set([a]))
    expect(own).toContainEqual(
      expect.objectContaining({
        ...{ station_id: 'sealed', outcome: 'FAIL' },
        metadata: expect.objectContaining({ decoy_at: 'sealed' }),
      }),
    )
    expect(releaseReport(view)).toContain('1 unit was one, refused 1 and passed 0 times.')
    expect(releaseReport(view)).toContain(`<th scope="row">${a}</th><td>scrapped (decoy)</td>`)

    const passed = await viewOf(withDecoy({}))
    expect(JSON.parse(ctrfReport(passed)).results.summary).toMatchObject({ failed: 1, skipped: 1 })
    expect(junitReport(passed)).toContain('message="A decoy, known to be bad, was passed."')
  })

  it('a decoy that is refused at another station, too, keeps no test red and is in no count', async () => {
    const said = withDecoy(bad).map(one =>
      one.kind === 'inspection' && one.unit === a && one.station === 'printed'
        ? inspection(lot, a, 'printed', failing('printed', 'nothing-else'))
        : one,
    )
    const view = await viewOf(said)
    expect(JSON.parse(ctrfReport(view)).results.summary).toMatchObject({ failed: 0, skipped: 3 })
    expect(junitReport(view)).toContain('A decoy, known to be bad at sealed: it was refused here, too.')
    expect(view.firstPass.find(({ station }) => station === 'printed')!.counts).toMatchObject({ PASS: 19, FAIL: 0 })
    expect(view.defects.map(({ units }) => units)).toEqual([[b]])
    expect(releaseReport(view)).toContain(
      `${a} was a decoy, known to be bad at sealed, by ann (it was refused at printed, too)`,
    )
  })

  it('a refusal that would not count for a unit is told as none', async () => {
    const { rig } = madeRecord(lot, a, 'sealed')
    const view = await viewOf(withDecoy({ ...bad, rig: { ...rig, calibrationExpiresAt: '2020-01-01T00:00:00.000Z' } }))
    expect(view.decoys).toMatchObject({ refused: 0, passed: 0, void: 1 })
    expect(releaseReport(view)).toContain('refused 0 and passed 0 times; 1 more refusal tries no rig')
  })
})

describe('the report', () => {
  it('loads nothing, runs nothing, and escapes what stands in records', async () => {
    const page = releaseReport(await viewOf(spoiltLot('<script>alert(1)</script>')))
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=/)
    expect(page.match(/https?:/g)).toBeNull()
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain("default-src 'none'")
  })

  it('shows the first unit of a defect', async () => {
    const picture = { defect: 1, of: 'card', width: 64, height: 40, bytes: Uint8Array.of(255, 216, 255) }
    const view = await viewOf(spoiltLot(), {}, [picture, { ...picture, defect: 7 }])
    expect(releaseReport(view).match(/<img [^>]*>/g)).toEqual([
      `<img src="data:image/jpeg;base64,/9j/" width="64" height="40" alt="card of ${a} at sealed: nothing-else">`,
    ])
  })

  it('draws where stickers sat, and says how many sat beyond a limit', async () => {
    const report = releaseReport(await viewOf(madeLot(lot)))
    expect(report).toContain(
      'aria-label="Placement of top-layer at sealed: 12 photographs, on average 0.21 mm to the right and 0.05 mm up, at most 0.632 mm from its place; 1 beyond the limit of 0.6 mm."',
    )
    expect(/class="dots" d="([^"]+)"/.exec(report)![1]!.match(/h0/g)).toHaveLength(12)
  })

  it('says the decision, every reason, and what the sample can promise', async () => {
    const good = releaseReport({ ...(await viewOf(madeLot(lot))), unsigned: [] })
    expect(good).toContain('<strong>RELEASED</strong>')
    expect(good).toContain('at most 6 of the 14 to ship would fail')
    expect(good).toContain('made 20 = shipped 14 + opened 6 + scrapped 0 + held 0; counted to ship: 14.')
    const view = await viewOf(spoiltLot())
    const held = releaseReport(view)
    expect(held).toContain('<strong>HELD</strong>')
    expect(view.reasons.length).toBe(3)
    for (const { because } of view.reasons) expect(held).toContain(because)
    expect(held).toContain('= unreleased 14 + opened 6')
    expect(view.document.decision).toBe('HELD')
  })

  it.each([
    ['that nobody signed', {}, ['nobody has signed as inspector', 'nobody has signed as releaser'], 'UNSIGNED'],
    ['that the inspector signed', {}, ['nobody has signed as releaser'], 'UNSIGNED'],
    ['of a rehearsal', { rehearsal: true }, [], 'REHEARSAL'],
  ])('says in no large letters that a lot %s is released', async (_, over, unsigned, word) => {
    const view = { ...(await viewOf(madeLot(lot), over)), unsigned }
    const report = releaseReport(view)
    expect(report).toContain(`<title>Lot L-0042: ${word} – lot release report</title>`)
    expect(report).toContain(`<div class="verdict HELD">`)
    expect(report).toContain(`<strong>${word}</strong>`)
    for (const one of unsigned) expect(report).toContain(one)
    expect(report).not.toContain('<strong>RELEASED</strong>')
    expect(footOf(view)).toContain(` · ${word} · `)
  })

  it('tells how often a golden card was not seen as good', async () => {
    const bad = { ...(await viewOf(madeLot(lot))), golden: { seen: 5, bad: 2 } }
    expect(releaseReport(bad)).toContain('5 looks at golden cards, 2 of them NOT good')
  })

  it('calls no unit of a lot that is not released shipped, nor do the tables', async () => {
    const view = await viewOf(spoiltLot())
    const told = JSON.parse(openHtfReport(view)).map(({ metadata }: { metadata: { fate: string } }) => metadata.fate)
    expect(new Set(told)).toEqual(new Set(['unreleased', 'opened']))
    expect(unitsCsv(view)).toContain('"unreleased"')
    expect(unitsCsv(view)).not.toContain('"shipped"')
    expect(releaseReport(view)).not.toContain('<td>shipped')
  })

  it('says of a rehearsal, in large letters, that nothing real is released', async () => {
    expect(releaseReport(await viewOf(madeLot(lot), { rehearsal: true }))).toContain('Nothing real is released by it.')
  })
})

it('a unit that was never seen where it had to be is not PASS in the table of units', async () => {
  const view = await viewOf(madeLot(lot))
  const { unit } = view.decided.units.find(({ verdict, fate }) => verdict === 'PASS' && fate === 'shipped')!
  const cases = view.cases.map(one =>
    one.unit === unit && one.station === 'sealed'
      ? { ...one, verdict: null, because: 'It was never seen here.', record: null, attempts: 0 }
      : one,
  )
  const row = unitsCsv({ ...view, cases })
    .split('\r\n')
    .find(line => line.includes(unit))!
  expect(row.split(',').slice(4, 5)).toEqual(['"INCONCLUSIVE"'])
  expect(row).toContain('It was never seen here.')
})

it('where stickers sat is drawn with a millimetre as long on both axes, up as one looks at the card, the limit a circle', () => {
  const points: [number, number][] = [
    [0.6, 0],
    [0, -0.6],
  ]
  const { text } = placementPlot({ station: 'sealed', of: 'sticker', maxShiftMm: 0.6, points })
  const [cx, cy, r] = /<circle class="bound" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/.exec(text)!.slice(1).map(Number)
  const dots = /class="dots" d="M(\d+) (\d+)h0M(\d+) (\d+)h0"/.exec(text)!.slice(1).map(Number)
  expect(dots).toEqual([Math.round(cx! + r!), Math.round(cy!), Math.round(cx!), Math.round(cy! - r!)])
  expect(text).toContain(
    '2 photographs, on average 0.3 mm to the right and 0.3 mm up, at most 0.6 mm from its place; 0 beyond',
  )
})
