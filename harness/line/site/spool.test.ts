import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../core/random.ts'
import { QuickLine, quickSettings } from '../quick-line.testing.ts'
import { eraseSpool, spoolsOf } from './spool.ts'

const code = (error: unknown) => (error as { code?: string }).code

describe('the spool of a lot', () => {
  let line: QuickLine
  let shared: string | null = null
  beforeAll(async () => {
    line = await QuickLine.withSites()
    if (existsSync('/dev/shm')) shared = mkdtempSync('/dev/shm/assay-spool-')
    await readyToEtch('virtual-1', quickSettings)
    await readyToEtch('virtual-memory', { ...quickSettings, spool: 'memory' })
  })
  afterAll(() => {
    line[Symbol.dispose]()
    if (shared !== null) rmSync(shared, { recursive: true })
  })

  async function readyToEtch(lot: string, settings: object): Promise<void> {
    await line.begin({ lot, settings })
    await line.make({ lot, manifest: line.manifest('A', lot) })
    await line.receive({ lot, manifest: line.manifest('B', lot) })
    const serials = line.serials(lot)
    await line.mark('A', 'arrived', { lot, seal: 'S', serials })
    await line.mark('A', 'stickers-checked', { lot, serials })
  }
  const etch = (lot: string, spool: string, serials: readonly string[] | null = null) =>
    line.run('A', 'etch', { lot, spool, serials })

  it('that must be in memory is on no drive', async () => {
    if (shared === null) return
    // The kernel's own folder is no memory that can be written to.
    expect(await etch('virtual-memory', '/proc').catch(code)).toBe('spool-on-drive')
    expect(await etch('virtual-memory', shared)).toMatchObject({ units: 3 })
    expect(readdirSync(shared)).toHaveLength(6)
  })

  it('is for the owner alone, takes what a cut-off command left there, and is known for the erasure wherever it was', async () => {
    const [first, ...rest] = line.serials() as [string, string, string]
    const spools = ['one', 'two'].map(name => join(line.folder, name))
    for (const spool of spools) mkdirSync(spool)
    const left = join(spools[0]!, `${first}.svg`)
    writeFileSync(left, 'half')
    await etch('virtual-1', spools[0]!, [first])
    await etch('virtual-1', spools[1]!, rest)
    expect(readFileSync(left, 'utf8')).toContain('<svg')
    if (process.platform !== 'win32') expect(statSync(join(spools[1]!, `${rest[0]}.nc`)).mode & 0o777).toBe(0o600)
    expect(spoolsOf(join(line.site('A'), 'lots', 'virtual-1'))).toEqual(spools)
    await line.run('A', 'erase', { lot: 'virtual-1' })
    expect(spools.flatMap(spool => readdirSync(spool))).toEqual([])
  })
})

describe('erasing a spool', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-spool-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('takes every file of its units, and none of a unit whose serial only begins alike', () => {
    for (const name of ['BX1.pdf', 'BX1.top.png', 'BX10.pdf', 'BX2.pdf']) writeFileSync(join(folder, name), name)
    expect(eraseSpool(folder, ['BX1', 'BX3'], systemRandom)).toEqual([7, 11])
    expect(readdirSync(folder).sort()).toEqual(['BX10.pdf', 'BX2.pdf'])
    expect(eraseSpool(join(folder, 'gone'), ['BX1'], systemRandom)).toEqual([])
  })

  it('says so when the process was not let into it: its files may still be there', () => {
    const before = Object.getOwnPropertyDescriptor(process, 'permission')
    Object.defineProperty(process, 'permission', { value: { has: () => false }, configurable: true })
    try {
      const erase = () => eraseSpool(folder, ['BX1'], systemRandom)
      expect(erase).toThrow(expect.objectContaining({ code: 'spool-unreachable' }))
    } finally {
      if (before === undefined) Reflect.deleteProperty(process, 'permission')
      else Object.defineProperty(process, 'permission', before)
    }
  })
})
