import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { ChainFile } from '../../custody/chain-file.ts'
import { type ChainEntry, nextEntry } from '../../custody/hash-chain.ts'
import { SigningKey } from '../../custody/signing-key.ts'
import { LineSettings } from '../line-settings.ts'
import { auditLedgers } from './audit.ts'
import { type GivenFacts, LedgerBody } from './ledger-entry.ts'
import { LineLedger, type Scribe } from './line-ledger.ts'
import type { SiteName, StepName } from './steps.ts'
import { UnitProgress } from './unit-progress.ts'

const keys = {
  A: new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(1))),
  B: new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(2))),
  stranger: new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(3))),
}
const serials = ['BX0000001', 'BX0000002', 'BX0000003']
const strict = LineSettings.parse({})

/** The order of the work at the strictest settings, as docs/line.md tells it; written here once more on purpose. */
const wholeWay: Readonly<Record<SiteName, readonly StepName[]>> = {
  A: [
    ...(['begun', 'made', 'sent', 'answered', 'verified', 'arrived', 'stickers-checked', 'etched'] as const),
    ...(['etched-passed', 'covered', 'sealed-passed', 'erasing', 'erased', 'destroyed', 'released'] as const),
  ],
  B: [
    ...(['received', 'made', 'sent', 'printed', 'printed-passed', 'applied'] as const),
    ...(['erasing', 'erased', 'destroyed', 'shipped'] as const),
  ],
}

interface Step {
  readonly step: StepName
  readonly units?: LedgerBody['units']
  readonly facts?: GivenFacts
  readonly operator?: string
}

function bodyOf(site: SiteName, { step, units, facts = {}, operator }: Step): LedgerBody {
  const names = site === 'A' ? step === 'made' : step === 'received'
  return LedgerBody.parse({
    ledger: 'assay-line-ledger-1',
    site,
    lot: 'lot-1',
    step,
    operator: operator ?? (site === 'A' ? 'ann' : 'bob'),
    airGap: 'enforced',
    units: units ?? (names ? serials : 'all'),
    facts,
  })
}

/** What a site's units have been through, without any question whether they might. */
function progressOf(site: SiteName, steps: readonly Step[], settings: Partial<LineSettings> = {}): UnitProgress {
  const progress = new UnitProgress(site)
  steps.forEach((step, i) => {
    const facts = i === 0 ? { settings: { ...strict, ...settings } } : {}
    progress.take(bodyOf(site, { ...step, facts }))
  })
  return progress
}

const without = (site: SiteName, ...missing: readonly StepName[]) =>
  wholeWay[site].filter(step => !missing.includes(step)).map(step => ({ step }))
const upTo = (site: SiteName, last: StepName) =>
  wholeWay[site].slice(0, wholeWay[site].indexOf(last) + 1).map(step => ({ step }))

describe('the order of the work', () => {
  it.each(['A', 'B'] as const)('is the way through site %s, and each step comes once', site => {
    const progress = new UnitProgress(site)
    for (const step of wholeWay[site]) {
      const body = bodyOf(site, { step, facts: step === wholeWay[site][0] ? { settings: strict } : {} })
      expect([step, progress.objection(body)]).toEqual([step, null])
      progress.take(body)
      expect([step, progress.objection(bodyOf(site, { step }))]).not.toContain(null)
    }
  })

  it.each<[SiteName, StepName, StepName, string]>([
    ['A', 'verified', 'etched', 'a passphrase that opens nothing would be etched'],
    ['A', 'stickers-checked', 'etched', "a passphrase would be etched beside another unit's sticker"],
    ['A', 'etched', 'etched-passed', 'nothing was there to inspect'],
    ['A', 'etched-passed', 'covered', 'the passphrase would be covered before it was proved'],
    ['A', 'covered', 'sealed-passed', 'nothing was sealed'],
    ['A', 'etched-passed', 'erasing', 'a unit that failed could not be etched again'],
    ['A', 'erasing', 'erased', 'what was cut off must be told from what was never begun'],
    ['A', 'erased', 'destroyed', 'the drive goes last'],
    ['A', 'sealed-passed', 'released', 'no unit goes out that was not seen sealed'],
    ['A', 'destroyed', 'released', 'no unit goes out while its passphrase is on a drive'],
    ['A', 'arrived', 'stickers-checked', 'there are no stickers yet'],
    ['B', 'printed', 'printed-passed', 'nothing was there to inspect'],
    ['B', 'printed-passed', 'applied', 'the layers would be laminated before they were proved'],
    ['B', 'printed-passed', 'erasing', 'a layer that failed could not be printed again'],
    ['B', 'erased', 'destroyed', 'the drive goes last'],
    ['B', 'applied', 'shipped', 'the sticker is not on'],
    ['B', 'sent', 'shipped', 'site A could not know what arrives'],
    ['B', 'destroyed', 'shipped', 'no unit leaves while its key is on a drive'],
  ])('at site %s wants %s before %s: %s', (site, before, step) => {
    const progress = progressOf(site, without(site, before, step, 'released'))
    expect(progress.objection(bodyOf(site, { step }))).toContain(`has not been through «${before}»`)
    expect(progressOf(site, without(site, step, 'released')).objection(bodyOf(site, { step }))).toBeNull()
  })

  it.each<[SiteName, StepName, StepName, Partial<LineSettings>]>([
    ['A', 'stickers-checked', 'etched', { serialCheck: 'after-etching' }],
    ['A', 'etched-passed', 'covered', { inspections: 'none' }],
    ['B', 'printed-passed', 'applied', { inspections: 'none' }],
    ['A', 'destroyed', 'released', { drives: 'overwritten' }],
    ['B', 'destroyed', 'shipped', { drives: 'overwritten' }],
  ])('at site %s leaves %s out before %s only where the settings say so', (site, left, step, settings) => {
    const way = without(site, left, step, 'released')
    expect(progressOf(site, way, settings).objection(bodyOf(site, { step }))).toBeNull()
    expect(progressOf(site, way).objection(bodyOf(site, { step }))).toContain(`«${left}»`)
    const looser = { serialCheck: 'before-etching' } as const
    expect(progressOf(site, way, looser).objection(bodyOf(site, { step }))).toContain(`«${left}»`)
  })

  it('a step that is left out still wants what comes before it', () => {
    const progress = progressOf('A', without('A', 'etched', 'etched-passed', 'covered'), { inspections: 'none' })
    expect(progress.objection(bodyOf('A', { step: 'covered' }))).not.toBeNull()
  })
})

describe('a unit', () => {
  it('goes through a step once, for itself: no other one stands in for it', () => {
    const progress = progressOf('B', upTo('B', 'sent'))
    progress.take(bodyOf('B', { step: 'printed', units: [serials[0]!] }))
    const print = (units: LedgerBody['units']) => progress.objection(bodyOf('B', { step: 'printed', units }))
    expect(print([serials[0]!])).toContain('has been through «printed» already')
    expect(print([serials[1]!, serials[2]!])).toBeNull()
    expect(print([serials[1]!, serials[1]!])).toContain('names a unit twice')
    const pass = (units: LedgerBody['units']) => progress.objection(bodyOf('B', { step: 'printed-passed', units }))
    expect(pass([serials[0]!])).toBeNull()
    expect(pass([serials[1]!])).toContain('has not been through «printed»')
    expect(progress.without('printed')).toEqual(serials.slice(1))
  })

  it('of another lot, or one that was taken out, goes no further', () => {
    const progress = progressOf('A', upTo('A', 'answered'))
    const verify = (serial: string) => progress.objection(bodyOf('A', { step: 'verified', units: [serial] }))
    expect(verify('ZZ9999999')).toContain('is not of this lot')
    progress.take(bodyOf('A', { step: 'scrapped', units: [serials[0]!] }))
    expect(verify(serials[0]!)).toContain('was taken out of the lot')
    expect(progress.units).toEqual(serials.slice(1))
    expect([...progress.scrapped]).toEqual([serials[0]])
  })
})

it('a step of the whole lot concerns the whole lot, once, at its own site', () => {
  const progress = progressOf('B', upTo('B', 'made'))
  expect(progress.objection(bodyOf('B', { step: 'sent', units: [serials[0]!] }))).toContain('concerns the whole lot')
  expect(progress.objection(bodyOf('B', { step: 'made' }))).toContain('has been through «made» already')
  expect(progress.objection(bodyOf('B', { step: 'etched' }))).toContain('has no step «etched»')
  expect(progress.objection({ ...bodyOf('B', { step: 'sent' }), site: 'A' })).toContain('site A has no step')
})

describe('a ledger', () => {
  let folder: string
  let made = 0
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-ledger-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const now = () => new Date('2026-11-21T04:00:00.000Z')
  const scribe = (site: SiteName, operator: string): Scribe => ({ site, lot: 'lot-1', operator, airGap: 'enforced' })
  const fresh = () => join(folder, `${++made}.ndjson`)
  const code = (work: () => unknown) => {
    try {
      work()
      return 'done'
    } catch (error) {
      return (error as { code?: string }).code
    }
  }

  it('writes only what may come now, and remembers what it wrote', () => {
    using ledger = new LineLedger(fresh(), keys.B, now, scribe('B', 'bob'))
    expect(code(() => ledger.write('printed', 'all'))).toBe('step-out-of-order')
    expect(ledger.head).toBeNull()
    ledger.write('received', serials, { settings: strict })
    ledger.write('made', 'all')
    ledger.write('printed', [serials[0]!])
    expect(code(() => ledger.write('printed', [serials[0]!]))).toBe('step-out-of-order')
    expect(code(() => ledger.require('printed', serials.slice(1)))).toBe('done')
    expect(ledger.entries.map(({ body }) => body.step)).toEqual(['received', 'made', 'printed'])
  })

  it('is not gone on with after a step that could not come, or after what nobody can read', () => {
    const spoil = (...bodies: readonly object[]) => {
      const path = fresh()
      {
        using chain = new ChainFile(path, keys.B, now)
        for (const body of bodies) chain.append({ ...body })
      }
      return code(() => new LineLedger(path, keys.B, now, scribe('B', 'bob'))[Symbol.dispose]())
    }
    const received = bodyOf('B', { step: 'received' })
    expect(spoil(received, bodyOf('B', { step: 'made' }))).toBe('done')
    expect(spoil(received, bodyOf('B', { step: 'shipped' }))).toBe('ledger-faulty')
    expect(spoil(received, { note: 'something else' })).toBe('ledger-faulty')
  })

  it('keeps out whoever worked at the other site, whenever they come', () => {
    const path = fresh()
    {
      using ledger = new LineLedger(path, keys.B, now, scribe('B', 'bob'))
      ledger.write('received', serials, { peerOperators: ['ann', 'zoe'] })
    }
    for (const name of ['zoe', 'zoe.', 'z-oe'])
      expect(code(() => new LineLedger(path, keys.B, now, scribe('B', name)))).toBe('operator-shared')
    {
      using ledger = new LineLedger(path, keys.B, now, scribe('B', 'carl'))
      ledger.write('made', 'all')
      expect(ledger.operators).toEqual(['bob', 'carl'])
      expect(code(() => ledger.refuseOperatorsOf(['bob']))).toBe('operator-shared')
      expect(code(() => ledger.refuseOperatorsOf(['dora']))).toBe('done')
    }
    expect(readFileSync(path, 'utf8')).not.toContain('"operator":"zoe"')
  })
})

/** The text of a ledger, signed step by step; nothing asks whether the steps may come. */
function chainOf(site: SiteName, steps: readonly (Step | LedgerBody)[], key = keys[site]): ChainEntry[] {
  const entries: ChainEntry[] = []
  for (const [i, step] of steps.entries()) {
    const body = 'ledger' in step ? step : bodyOf(site, step)
    entries.push(nextEntry(entries.at(-1) ?? null, body, new Date(Date.UTC(2026, 10, 21, 4, 0, i)).toISOString(), key))
  }
  return entries
}
const textOf = (entries: readonly ChainEntry[]) => entries.map(entry => `${JSON.stringify(entry)}\n`).join('')

describe('an audit', () => {
  const hash = 'a'.repeat(64)
  const manifest = { manifest: hash, count: 3, seal: 'S-1' }
  /** Both sites' ledgers of one lot that went the whole way; the facts of single steps can be changed. */
  function bothSites(change: Readonly<Record<string, GivenFacts>> = {}) {
    const facts = (site: SiteName, step: StepName, usual: GivenFacts) => ({ ...usual, ...change[`${site} ${step}`] })
    const usual: Readonly<Record<string, GivenFacts>> = {
      'A begun': { settings: strict, peer: keys.B.publicKey },
      'A sent': manifest,
      'A answered': { ...manifest, peer: keys.B.publicKey },
      'A arrived': { seal: 'S-2', box: 'X-1' },
      'B received': { ...manifest, settings: strict, peer: keys.A.publicKey },
      'B sent': manifest,
      'B shipped': { seal: 'S-2', box: 'X-1' },
    }
    const steps = (site: SiteName) =>
      wholeWay[site].map(step => ({ step, facts: facts(site, step, usual[`${site} ${step}`] ?? {}) }))
    const b = chainOf('B', steps('B'))
    const head = { index: 2, hash: b[2]!.hash }
    const a = chainOf(
      'A',
      steps('A').map(one =>
        one.step === 'answered' ? { ...one, facts: { ...one.facts, peerHead: head, ...change['A answered'] } } : one,
      ),
    )
    return { a, b, aSteps: steps('A'), bSteps: steps('B') }
  }
  const audit = (a: readonly ChainEntry[], b: readonly ChainEntry[], ...more: readonly string[]) =>
    auditLedgers([
      { origin: 'a.ndjson', text: textOf(a) },
      { origin: 'b.ndjson', text: textOf(b) },
      ...more.map((text, i) => ({ origin: `more-${i}.ndjson`, text })),
    ])
  const faultsOf = (...given: Parameters<typeof audit>) => audit(...given).faults.map(({ sentence }) => sentence)

  it('is content with a lot that went the whole way', () => {
    const { a, b } = bothSites()
    expect(faultsOf(a, b)).toEqual([])
    expect(audit(a, b)).toMatchObject({
      notes: [
        expect.stringContaining('b.ndjson: the other site has seen'),
        expect.stringContaining('a.ndjson: the other site has seen'),
      ],
      ledgers: [
        { site: 'A', units: 3 },
        { site: 'B', last: 'shipped' },
      ],
    })
  })

  it('finds each step that was left out, wherever it was', () => {
    const { aSteps, bSteps } = bothSites()
    const { a, b } = bothSites()
    for (const [site, steps] of [
      ['A', aSteps],
      ['B', bSteps],
    ] as const) {
      // The last one is nobody's condition.
      for (const left of steps.slice(0, -1).keys()) {
        const shorter = chainOf(site, steps.toSpliced(left, 1))
        const faults = site === 'A' ? faultsOf(shorter, b) : faultsOf(a, shorter)
        expect([steps[left]!.step, faults]).not.toEqual([steps[left]!.step, []])
      }
    }
  })

  it.each<[string, RegExp, Readonly<Record<string, GivenFacts>>]>([
    [
      'another request than was sent',
      /intermediate codes left with the manifest/,
      { 'B received': { manifest: 'b'.repeat(64) } },
    ],
    [
      'another seal on the request',
      /intermediate codes left with the seal S-1 and arrived with S-9/,
      { 'B received': { seal: 'S-9' } },
    ],
    [
      'another answer than was sent',
      /public data left with the manifest/,
      { 'A answered': { manifest: 'b'.repeat(64) } },
    ],
    [
      'fewer units than were sent',
      /public data left with the count 3 and arrived with 2/,
      { 'A answered': { count: 2 } },
    ],
    ['another seal on the box', /units left with the seal S-2 and arrived with S-3/, { 'A arrived': { seal: 'S-3' } }],
    ['another box', /units left with the box X-1 and arrived with X-2/, { 'A arrived': { box: 'X-2' } }],
    [
      'a ledger that is not the one that the other site saw',
      /not the ledger that the other site saw/,
      { 'A answered': { peerHead: { index: 1, hash } } },
    ],
    [
      'the ledger of another site than was trusted',
      /another key than the one that was exchanged/,
      { 'A begun': { peer: keys.stranger.publicKey } },
    ],
  ])('finds %s', (_, sentence, change) => {
    const { a, b } = bothSites(change)
    expect(faultsOf(a, b).join('\n')).toMatch(sentence)
  })

  it('finds what arrived and was never sent', () => {
    const { a, bSteps } = bothSites()
    const b = chainOf(
      'B',
      bSteps.filter(({ step }) => step !== 'shipped'),
    )
    expect(faultsOf(a, b)).toContain('the units arrived, but were never sent')
  })

  it('finds a person who worked at both sites', () => {
    const { a, bSteps } = bothSites()
    const b = chainOf(
      'B',
      bSteps.map(one => (one.step === 'printed' ? { ...one, operator: 'ann' } : one)),
    )
    expect(faultsOf(a, b)).toContain('ann worked at both sites')
    const spelt = bSteps.map(one => (one.step === 'printed' ? { ...one, operator: 'ann.' } : one))
    expect(faultsOf(a, chainOf('B', spelt))).toContain('ann worked at both sites')
  })

  it('finds a unit that site B took out and site A released', () => {
    const { a, bSteps } = bothSites()
    const scrapped: Step = { step: 'scrapped', units: [serials[1]!] }
    const b = chainOf('B', bSteps.toSpliced(3, 0, { ...scrapped, facts: {} }))
    expect(faultsOf(a, b)).toContain('unit BX0000002 was taken out at site B, but released by site A')
  })

  it('finds an entry of another lot, one that is none, and one that was changed', () => {
    const { a, b, bSteps } = bothSites()
    const strange = { ...bodyOf('B', { step: 'printed', units: [serials[0]!] }), lot: 'lot-2' }
    expect(faultsOf(a, chainOf('B', bSteps.toSpliced(3, 0, strange as never)))).toContain(
      'entry 3 is of another site or lot',
    )
    const none = { ...strange, ledger: 'something' } as unknown as LedgerBody
    expect(faultsOf(a, chainOf('B', bSteps.toSpliced(3, 0, none as never)))).toContain(
      'entry 3 is none of a line ledger',
    )
    const changed = b.with(4, { ...b[4]!, at: b[3]!.at })
    expect(faultsOf(a, changed)).toContain('entry 4 was changed after it was written')
  })

  it('finds two ledgers of one lot at one site', () => {
    const { a, b, bSteps } = bothSites()
    const second = textOf(chainOf('B', bSteps.slice(0, 2)))
    expect(faultsOf(a, b, second)).toContain('there are 2 ledgers of site B for the lot lot-1')
  })
})

test('the form of an entry leaves no room for a secret', () => {
  const body = bodyOf('A', { step: 'made' })
  expect(LedgerBody.safeParse(body).success).toBe(true)
  for (const more of [
    { note: 'ABCD' },
    { facts: { note: 'ABCD' } },
    { operator: 'ABCD-EFGH' },
    { units: ['ABCD EFGH'] },
  ])
    expect(LedgerBody.safeParse({ ...body, ...more }).success).toBe(false)
})
