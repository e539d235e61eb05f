import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { htmlReport } from './html-report.ts'
import type { ReportPicture } from './reported-inspection.ts'

const verdicts = ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const
const picture: ReportPicture = {
  of: 'card',
  mediaType: 'image/jpeg',
  bytes: Uint8Array.of(0xff, 0xd8, 0xff),
  width: 4,
  height: 3,
  masked: true,
}

/** The text between tags, entities resolved: what a reader sees. */
function shownText(html: string): string {
  return html
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<[^>]*>/g, '\n')
    .replaceAll(/&(amp|lt|gt|quot|#39|#9|#10|#13);/g, (_, name: string) => entities[name]!)
}
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#9': '\t',
  '#10': '\n',
  '#13': '\r',
}

/** Elements that are opened and not closed in order; empty for a well-formed page. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = []
  const wrong: string[] = []
  const empty = new Set(['meta', 'img', 'path', 'circle', 'use', 'br'])
  for (const [, closing, name = '', rest = ''] of html
    .replace(/<!doctype html>/, '')
    .matchAll(/<(\/?)([a-z0-9]+)((?:"[^"]*"|[^>"])*)>/g)) {
    if (empty.has(name) || rest.endsWith('/')) continue
    if (closing === '') open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  return [...wrong, ...open]
}

test('whatever stands in a record, it is shown as text and opens no tag', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), hostile => {
      const because = `${hostile}<script>alert(1)</script>"'&`
      const html = htmlReport(
        [
          {
            record: sampleRecord({ because, unit: because }),
            remark: because,
            pictures: [{ ...picture, of: because }],
          },
        ],
        { title: because, subtitle: because },
      )
      expect(html).not.toContain('<script')
      expect(unbalanced(html)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('the page is one file: no script, and nothing that a browser would load', () => {
  const html = htmlReport([{ record: sampleRecord({}), pictures: [picture] }])
  expect(html).not.toMatch(/<(script|link|iframe|object|embed|video|audio|source)\b/)
  expect(html).not.toMatch(/url\(|@import/)
  for (const [, target] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(target).toMatch(/^(#|data:image\/)/)
  expect(html).toContain("default-src 'none'")
})

test('the same records give the same bytes', () => {
  const make = () => htmlReport([{ record: sampleRecord({}), pictures: [picture] }])
  expect(make()).toBe(make())
})

describe('the summary follows from the records', () => {
  test.each<[readonly (typeof verdicts)[number][], string]>([
    [[], 'Nothing was inspected.'],
    [['PASS'], 'The inspection passed.'],
    [['PASS', 'PASS'], 'All 2 inspections passed.'],
    [['FAIL'], '0 of 1 inspection passed; 1 failed.'],
    [
      ['PASS', 'FAIL', 'INCONCLUSIVE', 'INCONCLUSIVE', 'ERROR'],
      '1 of 5 inspections passed; 1 failed, 2 could not be judged, 1 ended with an error.',
    ],
  ])('%s', (given, sentence) => {
    expect(shownText(htmlReport(given.map(verdict => ({ record: sampleRecord({ verdict }) }))))).toContain(sentence)
  })
})

test('a batch in which a file was lost has not passed, and the page names the file; a copy of a picture is no loss', () => {
  const file = (isSettled: boolean) => ({
    file: `${isSettled}.jpg`,
    code: 'torn',
    because: `it is torn ${isSettled}`,
    isSettled,
  })
  const inspections = [{ record: sampleRecord({ verdict: 'PASS' }), files: ['good.jpg'] }]
  const lost = shownText(htmlReport(inspections, { files: [file(false)] }))
  expect(lost).toContain('1 of 2 passed; 1 is a file without a result.')
  for (const told of ['false.jpg', 'it is torn false', 'good.jpg']) expect(lost).toContain(told)
  const copied = shownText(htmlReport(inspections, { files: [file(true)] }))
  expect(copied).toContain('The inspection passed.')
  expect(copied).toContain('it is torn true')
})

test('a unit whose FAIL stands is counted as failed, whatever its last inspection says', () => {
  const html = htmlReport([
    {
      record: sampleRecord({ verdict: 'PASS' }),
      stands: { verdict: 'FAIL', because: 'the serials differed' },
      attempt: 2,
    },
  ])
  expect(shownText(html)).toContain('0 of 1 inspection passed; 1 failed.')
  expect(shownText(html)).toMatch(/attempt 2[\s\S]*It counts as failed: the serials differed/)
})

test('a verdict is told by word and by shape, not by colour alone', () => {
  for (const verdict of verdicts) {
    const html = htmlReport([{ record: sampleRecord({ verdict }) }])
    const badge = html.match(/<span class="badge [a-z]+ large">[\s\S]*?<\/span>/)?.[0] ?? ''
    expect(badge).toContain(`#sign-${verdict.toLowerCase()}`)
    expect(shownText(badge)).toContain(verdict)
  }
})

test('every finding, planned check and measurement of the record is on the page', () => {
  const record = sampleRecord({ plannedChecks: ['serials-agree', 'concealed', 'legibility'] })
  const text = shownText(htmlReport([{ record }]))
  for (const { check, because } of record.findings) {
    expect(text).toContain(check)
    expect(text).toContain(because)
  }
  for (const { name } of record.measurements) expect(text).toContain(name)
  expect(text).toContain('Not run: legibility.')
})

test('a measurement is coloured and told as its check judged it, wherever its value lies', () => {
  const limits = { min: null, max: 0.6 }
  const near = { name: 'placement-shift', of: 'sticker', value: 0.59, unit: 'mm' as const, limits }
  for (const [verdict, told] of [...verdicts.map(one => [one, one] as const), [null, '–'] as const]) {
    const html = htmlReport([{ record: sampleRecord({ measurements: [{ ...near, verdict }] }) }])
    const row = html.match(/<tr><th scope="row">placement-shift[\s\S]*?<\/tr>/)![0]
    expect(row).toContain(`class="gauge${verdict === null ? '' : ` ${verdict.toLowerCase()}`}"`)
    expect(shownText(row)).toContain(told)
  }
})

test('an alarm stands in the summary', () => {
  const alarm = {
    code: 'epk-exposed' as const,
    because: 'ALARM: the EPK can be read.',
    marks: ['epk-qr'],
    acknowledged: false,
  }
  const html = htmlReport([{ record: sampleRecord({ alarm }) }])
  expect(html).not.toContain('acknowledged')
  const planted = { ...alarm, acknowledged: true }
  expect(htmlReport([{ record: sampleRecord({ alarm: planted }) }])).toContain('acknowledged beforehand')
  expect(html.indexOf('role="alert"')).toBeGreaterThan(0)
  expect(html.indexOf('role="alert"')).toBeLessThan(html.indexOf('id="overview"'))
})

test('pictures have a text in their place, and crops of secret marks are left out', () => {
  const secret = { ...picture, of: 'passphrase', bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) }
  const html = htmlReport([{ record: sampleRecord({}), pictures: [picture, { ...picture, of: 'serial-top' }, secret] }])
  const images = html.match(/<img [^>]*>/g) ?? []
  expect(images).toHaveLength(2)
  for (const image of images) expect(image).toMatch(/ alt="[^"]+"/)
  expect(html).toContain('alt="serial-top, read as BX0000002"')
  expect(html).not.toContain(Buffer.from(secret.bytes).toString('base64'))
})

test('colours of text have a contrast of at least 4.5 on their grounds', () => {
  const html = htmlReport([])
  const colour = (name: string) => html.match(new RegExp(`--${name}: (#[0-9a-f]{6})`))![1]!
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map(i => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
    return (light + 0.05) / (dark + 0.05)
  }
  for (const verdict of ['pass', 'inconclusive', 'fail', 'error']) {
    for (const ground of [`${verdict}-ground`, 'card'])
      expect(contrast(colour(verdict), colour(ground))).toBeGreaterThan(4.5)
  }
  for (const ground of ['ground', 'card', 'pass-ground', 'inconclusive-ground', 'fail-ground', 'error-ground']) {
    expect(contrast(colour('soft'), colour(ground))).toBeGreaterThan(4.5)
  }
})

test('what is not proved stands beside the verdict, in the overview and at the unit, and says what it means', () => {
  const unproved = [
    { name: 'cover-material' as const, because: 'no appearance is known', holds: true, accepted: true },
    { name: 'faint-marks' as const, because: 'no lamp stands at the side', holds: false, accepted: false },
  ]
  const shown = shownText(htmlReport([{ record: sampleRecord({ verdict: 'PASS', unproved }) }]))
  expect(shown.match(/not proved: cover-material \(accepted\), faint-marks/g)).toHaveLength(2)
  expect(shown).toMatch(/no lamp stands at the side \(said, not asked for\)/)
  const held = [{ ...unproved[0]!, accepted: false }]
  const open = shownText(htmlReport([{ record: sampleRecord({ verdict: 'INCONCLUSIVE', unproved: held }) }]))
  expect(open).toMatch(/the unit does not pass without it/)
  expect(shownText(htmlReport([{ record: sampleRecord({}) }]))).not.toMatch(/not proved/i)
})

test('no name turns the direction of writing, or begins a line of its own', () => {
  const files = ['gnp.\u202eSSAP.jpg', 'a\u2066b\nPASS.jpg', 'c\u200bd.jpg']
  const html = htmlReport([{ record: sampleRecord({}), files }], {
    files: [{ file: 'x\u202ey', code: 'torn', because: 'it is \u2067torn', isSettled: false }],
  })
  expect(html).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/)
  expect(html).toContain('gnp.\\u202eSSAP.jpg')
  expect(html).toContain('a\\u2066b\\nPASS.jpg')
})

test('what needs a person stands first, and what has passed can be left out without a script', () => {
  const records = (['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR', 'PASS'] as const).map((verdict, i) => ({
    record: sampleRecord({ verdict, unit: `BX000000${i}` }),
  }))
  const html = htmlReport([
    ...records,
    { record: sampleRecord({ unit: 'BX0000009', verdict: 'PASS' }), stands: { verdict: 'FAIL', because: 'x' } },
  ])
  expect([...html.matchAll(/<h3 id="unit-\d+-name">(\w+)</g)].map(([, unit]) => unit)).toEqual(
    ['2', '9', '3', '1', '0', '4'].map(digit => `BX000000${digit}`),
  )
  expect(html).toContain('<input type="checkbox" id="only-open">')
  expect(html).toMatch(/<tr class="fail"><th scope="row"><a href="#unit-2">BX0000009/)
  expect(html).toMatch(/class="unit panel pass counts-otherwise" id="unit-2"/)
})

test('an inspection of photographs without pictures says so, and a run that is not at its end has not passed', () => {
  const record = sampleRecord({ verdict: 'PASS', findings: [], plannedChecks: [] })
  const said = 'No pictures of it are here: no card was found that could be masked, or they were taken away.'
  for (const pictures of [null, []]) expect(shownText(htmlReport([{ record, pictures }]))).toContain(said)
  expect(shownText(htmlReport([{ record: { ...record, photographs: [] }, pictures: [] }]))).not.toContain('No pictures')
  const shown = shownText(htmlReport([{ record }], { unfinished: 'It broke off.' }))
  expect(shown).toContain('Not finished. The inspection passed.')
  expect(shown).toContain('It broke off.')
})

test('what was expected stands beside what was seen, with the characters that differ marked, and nothing of a secret mark', () => {
  const expected = [
    { mark: 'serial-top', text: 'BX0000001' },
    { mark: 'passphrase', text: 'no record has one' },
  ]
  const html = htmlReport([{ record: sampleRecord({ expected }), pictures: [] }])
  expect(html).toContain(
    '<dt>serial-top, expected</dt><dd class="text">BX0000001</dd><dt>serial-top, seen</dt><dd class="text">BX000000<mark>2</mark></dd>',
  )
  expect(html).not.toContain('passphrase, expected')
  expect(htmlReport([{ record: sampleRecord({}), pictures: [] }])).not.toContain('<mark>')
  const same = sampleRecord({ expected: [{ mark: 'serial-top', text: 'BX0000002' }] })
  expect(htmlReport([{ record: same, pictures: [] }])).not.toContain('<mark>')
})

test('an address behind its scheme is no other address', () => {
  const [reading] = sampleRecord({}).readings
  const readings = [{ ...reading!, mark: 'serial-top', text: 'bitcoin:1HREF' }]
  const record = (text: string) => sampleRecord({ readings, expected: [{ mark: 'serial-top', text }] })
  expect(htmlReport([{ record: record('1HREF'), pictures: [] }])).not.toContain('<mark>')
  expect(htmlReport([{ record: record('HREF'), pictures: [] }])).toContain('<mark>')
})
