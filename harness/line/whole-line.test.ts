import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIntermediateCode } from '../bip38/intermediate.ts'
import { cheapEngine } from '../bip38/scrypt/cheap-engine.testing.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { auditLedgers } from './ledger/audit.ts'
import { productText, QuickLine, quickSettings } from './quick-line.testing.ts'

const code = (error: unknown) => (error as { code?: string }).code
const audit = (line: QuickLine, lot = 'virtual-1') =>
  auditLedgers(
    (['A', 'B'] as const).map(site => ({ origin: site, text: readFileSync(line.ledger(site, lot), 'utf8') })),
  )

describe('a lot at the strictest settings', () => {
  let line: QuickLine
  const strict = { ...quickSettings, courier: 'carried', inspections: 'every-unit', drives: 'destroyed' }
  beforeAll(async () => {
    line = await QuickLine.withSites()
    await line.begin({ settings: strict, seal: 'S-1', count: 2 })
    expect(await line.make({ sealIn: 'S-1', sealOut: 'S-2' }).catch(code)).toBe('number-missing')
    await line.make({ sealIn: 'S-1', sealOut: 'S-2', drive: 'D-7' })
    await line.receive({ seal: 'S-2' })
  })
  afterAll(() => line[Symbol.dispose]())

  const inspection = (unit: string, station: string, verdict = 'PASS') => ({
    unit,
    station,
    product: 'assay-reference',
    verdict,
    because: `it is ${verdict}`,
    at: '2126-11-21T08:00:00.000Z',
    sha256: 'a'.repeat(64),
  })
  const pass = (site: 'A' | 'B', station: string, inspections: object[]) =>
    line.run(site, 'pass', { lot: 'virtual-1', station, signer: 'A'.repeat(43), inspections }) as Promise<{
      passed: number
      waiting: number
    }>

  it('goes through every step in order, and in no other', async () => {
    const [first, second] = line.serials() as [string, string]
    const print = { lot: 'virtual-1', spool: line.folder, serials: null, dotsPerMm: null, addressKind: null }
    const etch = { lot: 'virtual-1', spool: line.folder, serials: null }

    expect(await line.mark('B', 'applied').catch(code)).toBe('step-out-of-order')
    expect(await line.run('B', 'print', { ...print, serials: [first] })).toMatchObject({ units: 1 })
    expect(await line.run('B', 'print', print)).toMatchObject({ units: 1 })
    expect(await line.run('B', 'print', { ...print, serials: [first] }).catch(code)).toBe('step-out-of-order')
    expect(
      readdirSync(line.folder)
        .filter(name => name.startsWith(first))
        .sort(),
    ).toEqual([`${first}.bottom.png`, `${first}.pdf`, `${first}.top.png`])
    expect(await line.mark('B', 'applied').catch(code)).toBe('step-out-of-order')
    expect(
      await pass('B', 'printed', [inspection(first, 'printed'), inspection(second, 'printed', 'FAIL')]),
    ).toMatchObject({ passed: 1, waiting: 1 })
    expect(await line.run('B', 'erase', { lot: 'virtual-1' }).catch(code)).toBe('step-out-of-order')
    // A later inspection counts.
    expect(
      await pass('B', 'printed', [inspection(second, 'printed', 'FAIL'), inspection(second, 'printed')]),
    ).toMatchObject({ waiting: 0 })
    expect(await pass('B', 'printed', [inspection(first, 'sealed')]).catch(code)).toBe('inspection-other')
    await line.mark('B', 'applied')
    expect(await line.run('B', 'erase', { lot: 'virtual-1' })).toMatchObject({ files: 8, driveMustBeDestroyed: true })
    expect(readdirSync(line.folder).filter(name => name.startsWith(first))).toEqual([])
    expect(existsSync(join(line.site('B'), 'lots', 'virtual-1', 'units.store'))).toBe(false)
    expect(await line.run('B', 'print', print).catch(code)).toBe('lot-erased')
    expect(await line.make({ sealIn: 'S-1', sealOut: 'S-2' }).catch(code)).toBe('lot-erased')

    expect(await line.mark('B', 'shipped', { seal: 'S-3' }).catch(code)).toBe('step-out-of-order')
    expect(await line.mark('B', 'destroyed', { drive: 'D-8', witness: 'carl' }).catch(code)).toBe('drive-other')
    expect(await line.mark('B', 'destroyed', { drive: 'D-7', witness: 'bob' }).catch(code)).toBe('witness-same')
    expect(await line.mark('B', 'destroyed', { drive: 'D-7' }).catch(code)).toBe('number-missing')
    await line.mark('B', 'destroyed', { drive: 'D-7', witness: 'carl' })
    expect(await line.mark('B', 'shipped').catch(code)).toBe('number-missing')
    await line.mark('B', 'shipped', { seal: 'S-3' })

    expect(await line.mark('A', 'arrived', { seal: 'S-3' }).catch(code)).toBe('serials-missing')
    for (const serials of [[first], [first, first, second], [first, second, 'ZZ1234567']]) {
      expect(await line.mark('A', 'arrived', { seal: 'S-3', serials }).catch(code)).toBe('serials-differ')
    }
    expect(await line.run('A', 'etch', etch).catch(code)).toBe('step-out-of-order')
    // The order in which they are scanned is nobody's business.
    await line.mark('A', 'arrived', { seal: 'S-3', serials: [second, first] })
    await line.mark('A', 'stickers-checked', { serials: [second, first] })
    expect(await line.run('A', 'etch', etch)).toMatchObject({ units: 2 })
    await pass('A', 'etched', [inspection(first, 'etched'), inspection(second, 'etched')])
    expect(await line.run('A', 'record', { lot: 'virtual-1', release: true }).catch(code)).toBe('step-out-of-order')
    await line.mark('A', 'covered')
    await pass('A', 'sealed', [inspection(first, 'sealed'), inspection(second, 'sealed')])
    await line.run('A', 'erase', { lot: 'virtual-1' })
    await line.mark('A', 'destroyed', { drive: 'D-1', witness: 'dora' })
    const { record } = (await line.run('A', 'record', { lot: 'virtual-1', release: true })) as { record: string }

    const { lot, warnings } = readLotFile(readFileSync(record, 'utf8'))
    expect(warnings).toEqual([])
    expect(lot.units.map(({ serial }) => serial)).toEqual([first, second])
    expect(audit(line)).toMatchObject({ faults: [] })
  })

  it('an audit finds what is changed, left out, or brought from elsewhere', async () => {
    const files = (edit: (lines: string[], site: string) => string[]) =>
      (['A', 'B'] as const).map(site => {
        const lines = readFileSync(line.ledger(site), 'utf8').trimEnd().split('\n')
        return { origin: site, text: `${edit(lines, site).join('\n')}\n` }
      })
    const faults = (edit: (lines: string[], site: string) => string[]) =>
      auditLedgers(files(edit))
        .faults.map(({ sentence }) => sentence)
        .join('; ')
    const step = (lines: string[], name: string) => lines.findIndex(text => text.includes(`"step":"${name}"`))
    expect(faults(lines => lines)).toBe('')
    expect(
      faults((lines, site) => (site === 'A' ? lines.toSpliced(step(lines, 'etched-passed'), 1) : lines)),
    ).toContain('is missing')
    expect(faults((lines, site) => (site === 'B' ? lines.with(3, lines[3]!.replace('bob', 'bill')) : lines))).toContain(
      'was changed after it was written',
    )
    expect(faults(([a, b, c, ...rest]) => [a!, c!, b!, ...rest])).toContain('stands after')
    // A ledger whose end is cut off is sound in itself; the other site has seen more of it.
    expect(faults((lines, site) => (site === 'B' ? lines.slice(0, 1) : lines))).toContain(
      'is not the ledger that the other site saw',
    )
    expect(auditLedgers(files(lines => lines).slice(0, 1)).notCompared.join()).toContain(
      'the ledger of site B is not here',
    )
    const other = await QuickLine.withSites()
    using _ = other
    other.operators = { A: 'ann', B: 'ann-too' }
    await other.begin({ count: 2 })
    const strange = auditLedgers([
      files(lines => lines)[1]!,
      { origin: 'A', text: readFileSync(other.ledger('A'), 'utf8') },
    ])
    expect(strange.faults.length).toBeGreaterThan(0)
  })
})

describe('the line', () => {
  let line: QuickLine
  beforeAll(async () => {
    line = await QuickLine.withSites()
  })
  afterAll(() => line[Symbol.dispose]())

  it('names every unit whose passphrase does not open its confirmation code, and holds it back', async () => {
    await line.begin()
    // Site B works from codes that are not of these passphrases: the same owner entropy, another passpoint.
    await line.make({}, { scrypt: cheapEngine() })
    const spoiled = { derive: spoiledEngine(), name: 'spoiled' }
    const received = await line.receive({}, { scrypt: spoiled })
    expect(received.verified).toBe(0)
    expect(received.unconfirmed).toHaveLength(3)
    expect(received.unconfirmed[0]!.why).toContain('the passphrase does not open the confirmation code')
    const etch = { lot: 'virtual-1', spool: line.folder, serials: null }
    await line.mark('A', 'arrived', { seal: 'S', serials: line.serials() })
    await line.mark('A', 'stickers-checked', { serials: line.serials() })
    expect(await line.run('A', 'etch', etch).catch(code)).toBe('step-out-of-order')
    // With a sound engine the same command goes on.
    expect(await line.receive()).toMatchObject({ verified: 3, unconfirmed: [] })
    expect(await line.run('A', 'etch', etch)).toMatchObject({ units: 3 })
  })

  it('lets the customers of PRO make their own passphrases', async () => {
    const codes = await Promise.all(
      ['first customer’s words', 'second customer’s words'].map((passphrase, i) =>
        createIntermediateCode({ passphrase, ownerSalt: new Uint8Array(8).fill(i + 1) }, { scrypt: cheapEngine() }),
      ),
    )
    const pro = { lot: 'virtual-pro', product: productText('pro'), count: 2, denomination: null }
    expect(await line.begin({ ...pro }).catch(code)).toBe('codes-by-whom')
    expect(await line.begin({ ...pro, customerCodes: `${codes[0]}\n${codes[0]}` }).catch(code)).toBe('code-doubled')
    expect(await line.begin({ ...pro, customerCodes: `${codes[0]}\nsomething` }).catch(code)).toBe('code-unfit')
    await line.begin({ ...pro, customerCodes: codes.join('\n') })
    await line.make({ lot: 'virtual-pro', product: pro.product, manifest: line.manifest('A', 'virtual-pro') })
    const received = await line.receive({ lot: 'virtual-pro', manifest: line.manifest('B', 'virtual-pro') })
    // Nobody at the maker can say more than that codes, keys and addresses belong together.
    expect(received).toMatchObject({ verified: 2, withPassphrases: false })
    const serials = line.serials('virtual-pro')
    await line.mark('A', 'arrived', { lot: 'virtual-pro', seal: 'S', serials })
    await line.mark('A', 'stickers-checked', { lot: 'virtual-pro', serials })
    await line.run('A', 'etch', { lot: 'virtual-pro', spool: line.folder, serials: null })
    // The confirmation code is engraved on the card; there is no passphrase to engrave.
    expect(readFileSync(join(line.folder, `${serials[0]}.svg`), 'utf8')).toContain('confirmation-code')
  })

  it('keeps units of a value apart by their record, and takes out what was scrapped', async () => {
    const lot = 'virtual-value'
    await line.begin({ lot, product: productText('pure'), denomination: '0.1 BTC' })
    await line.make({ lot, product: productText('pure'), manifest: line.manifest('A', lot) })
    await line.receive({ lot, manifest: line.manifest('B', lot) })
    const [first, ...rest] = line.serials(lot)
    await line.mark('A', 'scrapped', { lot, serials: [first], reason: 'damaged' })
    const { record } = (await line.run('A', 'record', { lot, release: false })) as { record: string }
    const file = JSON.parse(readFileSync(record, 'utf8'))
    expect(
      file.units.map(({ serial, denomination }: { serial: string; denomination: string }) => [serial, denomination]),
    ).toEqual(rest.map(serial => [serial, '0.1 BTC']))
    expect(file.line).toMatchObject({ released: false, scrapped: [first] })
    expect(await line.mark('A', 'arrived', { lot, seal: 'S', serials: [first, ...rest] }).catch(code)).toBe(
      'serials-differ',
    )
  })

  it('makes blocks, of a value that blocks have', async () => {
    const block = { lot: 'virtual-block', product: productText('block') }
    expect(await line.begin({ ...block }).catch(code)).toBe('value-missing')
    expect(await line.begin({ ...block, denomination: '7 BTC' }).catch(code)).toBe('value-unknown')
    expect(
      await line.begin({ lot: 'virtual-real', product: productText('real'), denomination: '1 BTC' }).catch(code),
    ).toBe('value-unknown')
    await line.begin({ ...block, denomination: '6.25 BTC' })
    // A command that is repeated with another value is not the same lot.
    expect(await line.begin({ ...block, denomination: '3.125 BTC' }).catch(code)).toBe('lot-differs')
    await line.make({ ...block, manifest: line.manifest('A', block.lot) })
    const spool = join(line.folder, 'block-spool')
    mkdirSync(spool)
    const print = { lot: block.lot, spool, serials: null, dotsPerMm: null, addressKind: null }
    expect(await line.run('B', 'print', print)).toMatchObject({ units: 3 })
    expect(await line.receive({ lot: block.lot, manifest: line.manifest('B', block.lot) })).toMatchObject({
      verified: 3,
    })
    const { record } = (await line.run('B', 'record', { lot: block.lot, release: false })) as { record: string }
    const { lot: records } = readLotFile(readFileSync(record, 'utf8'))
    expect(records.units.map(({ product, denomination }) => [product, denomination])).toEqual(
      Array(3).fill(['block', '6.25 BTC']),
    )
  })

  it('never uses a serial of another lot', async () => {
    const before = [...line.serials('virtual-1'), ...line.serials('virtual-pro')]
    await line.begin({ lot: 'virtual-more', count: 5 })
    expect(line.serials('virtual-more').filter(serial => before.includes(serial))).toEqual([])
  })

  it('says what is wrong with the circumstances, and loses nothing', async () => {
    const lot = 'virtual-more'
    expect(await line.begin({ lot, count: 6 }).catch(code)).toBe('lot-differs')
    const clock = line.now
    line.now = new Date(clock.getTime() - 3_600_000)
    expect(
      await line.mark('A', 'scrapped', { lot, serials: [line.serials(lot)[0]], reason: 'damaged' }).catch(code),
    ).toBe('clock-backwards')
    line.now = clock
    const store = join(line.site('A'), 'lots', lot, 'units.store')
    const bytes = readFileSync(store)
    writeFileSync(store, Buffer.concat([Buffer.from('assay-store-9\n'), bytes.subarray(14)]))
    expect(await line.begin({ lot, count: 5 }).catch(code)).toBe('store-newer')
    writeFileSync(store, bytes)
    expect(await line.begin({ lot, count: 5 })).toMatchObject({ units: 5 })
    expect(await line.run('A', 'record', { lot: 'nowhere', release: false }).catch(code)).toBe('lot-missing')
    expect(await line.begin({ lot: '../outside' }).catch(code)).toBe('lot-name')
    const unfit = (await line.begin({ lot, denomination: 'SECRET' }).catch(error => error)) as Error
    expect(unfit.message).toMatch(/«denomination» .* such as «0.1 BTC»/)
    expect(unfit.message).not.toContain('SECRET')
  })

  it('makes no key without a physical source, or with a sick one', async () => {
    const lot = 'virtual-more'
    const manifest = line.manifest('A', lot)
    const none = { dice: null, devices: [], cameraSamples: null }
    expect(await line.make({ lot, manifest, entropy: none }).catch(code)).toBe('entropy-missing')
    const stuck = { ...none, cameraSamples: Buffer.alloc(9000).toString('base64') }
    expect(await line.make({ lot, manifest, entropy: stuck }).catch(code)).toBe('entropy-sick')
    expect(await line.make({ lot, manifest, entropy: { ...none, devices: ['/dev/zero'] } }).catch(code)).toBe(
      'entropy-sick',
    )
    expect(await line.make({ lot, manifest, entropy: { ...none, devices: ['/dev/null'] } }).catch(code)).toBe(
      'entropy-missing',
    )
    // The operating system's own generator is in every key anyway: by another name it is no second source.
    const own = join(line.folder, 'hwrng')
    symlinkSync('/dev/urandom', own)
    for (const device of ['/dev/random', '/dev/urandom', own]) {
      expect(await line.make({ lot, manifest, entropy: { ...none, devices: [device] } }).catch(code)).toBe(
        'entropy-own',
      )
    }
    expect(await line.make({ lot, manifest, entropy: { ...none, devices: [line.ledger('A')] } }).catch(code)).toBe(
      'entropy-stored',
    )
    expect(await line.make({ lot, manifest })).toMatchObject({ units: 5 })
  })

  it('stops on request after a whole unit, and goes on with the same command', async () => {
    const controller = new AbortController()
    const lot = 'virtual-stopped'
    const tell = ({ news }: { news: string }) => {
      if (news === 'progress') controller.abort(new Error('stopped'))
    }
    await expect(line.begin({ lot, count: 40 }, { signal: controller.signal, tell })).rejects.toThrow('stopped')
    await line.begin({ lot, count: 40 })
    expect(new Set(line.serials(lot)).size).toBe(40)
  })
})

/** An engine whose heavy scrypt is of another passphrase. */
function spoiledEngine(): ReturnType<typeof cheapEngine>['derive'] {
  const { derive } = cheapEngine()
  return (password, salt, parameters, watch) =>
    derive(parameters.N > 1024 ? Uint8Array.from([...password, 1]) : password, salt, parameters, watch)
}
