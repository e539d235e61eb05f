import { scryptSync } from 'node:crypto'
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { heavy } from '../../bip38/scrypt/engine.ts'
import { Secret } from '../../core/secret.ts'
import { airGap } from './air-gap.ts'
import { launchSite } from './launch-site.ts'

let folder: string
let server: Server
const password = Secret.ofText('password of a site')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-apart-'))
  for (const site of ['a', 'b']) mkdirSync(join(folder, site))
  writeFileSync(join(folder, 'a', 'own.txt'), 'own')
  writeFileSync(join(folder, 'b', 'secret.txt'), 'secret')
  server = createServer(socket => socket.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const pry = () =>
  launchSite({
    site: 'A',
    folder: join(folder, 'a'),
    command: 'pry',
    operator: 'eve',
    password,
    options: { others: join(folder, 'b'), port: (server.address() as AddressInfo).port },
    program: new URL('./prying-site.testing.ts', import.meta.url),
    reads: ['/proc/self/limits'],
  }) as Promise<Record<string, string>>

describe('a site’s process', () => {
  let tried: Record<string, string>
  beforeAll(async () => {
    process.env['ASSAY_SECRET_OF_A_SHELL'] = 'x'
    tried = await pry()
    delete process.env['ASSAY_SECRET_OF_A_SHELL']
  })

  it('works in its own folder', () => {
    expect(tried['read own']).toBe('succeeded')
    expect(tried['write own']).toBe('succeeded')
  })

  it.each([
    'read the other site',
    'list the other site',
    'write into the other site',
    'list the folder above',
    'read the machine',
    'read other processes',
    'write into the code',
    'make a link to the other site',
    'start a process',
    'start a worker',
  ])('is refused to %s', what => {
    expect(tried[what]).toBe('ERR_ACCESS_DENIED')
  })

  it('is refused native code', () => {
    expect(tried['load native code']).not.toBe('succeeded')
  })

  it.skipIf(airGap().state === 'not-enforced')('has no network, not even to this machine', () => {
    expect(tried['connect to this machine']).toBe('ENETUNREACH')
    expect(tried['connect outside']).toBe('ENETUNREACH')
    expect(tried['ask for a name']).not.toBe('succeeded')
  })

  it('computes scrypt all the same, by our own kernel and on the threads that Node has anyway', () => {
    const expected = scryptSync('pw', 'salt', 32, { ...heavy, maxmem: 2 ** 28 }).toString('hex')
    const names = availableParallelism() > 1 ? 'wasm-simd + node:crypto' : 'wasm-simd'
    expect(tried['scrypt']).toBe(`${names}: ${expected}`)
  })

  it.skipIf(process.platform !== 'linux')('leaves nothing in a file when it crashes', () => {
    // The soft and the hard limit.
    expect(tried['core file limits']).toBe('0 0')
  })

  it('sees nothing of the environment that it was started from', () => {
    expect(
      tried['environment']!.split(' ').filter(
        name =>
          ![
            'PATH',
            'TZ',
            'UV_THREADPOOL_SIZE',
            'MALLOC_MMAP_THRESHOLD_',
            'PWD',
            'OLDPWD',
            'SHLVL',
            '_',
            'SystemRoot',
          ].includes(name),
      ),
    ).toEqual([])
  })
})

describe('whoever starts a site', () => {
  /** What became of a site that would wait for ever; `act` is told as soon as it works. */
  async function wait(act: (pid: number) => void, signal?: AbortSignal): Promise<object> {
    let pid = 0
    const late = setTimeout(() => process.kill(pid, 'SIGKILL'), 20_000)
    try {
      const value = await launchSite({
        site: 'A',
        folder: join(folder, 'a'),
        command: 'wait',
        operator: 'ann',
        password,
        options: {},
        signal,
        program: new URL('./stubborn-site.testing.ts', import.meta.url),
        onStart: started => {
          pid = started
        },
        onNews: () => act(pid),
      })
      return { value }
    } catch (error) {
      return { error }
    } finally {
      clearTimeout(late)
    }
  }

  it('stops it with a signal', async () => {
    const controller = new AbortController()
    const error = { code: 'interrupted', exitCode: 130 }
    expect(await wait(() => controller.abort(), controller.signal)).toMatchObject({ error })
  })

  it('hears that it was killed: that is no success, and no defect', async () => {
    const error = { code: 'site-died', exitCode: 130 }
    expect(await wait(pid => process.kill(pid, 'SIGKILL'))).toMatchObject({ error })
  })
})

describe('a site’s folder', () => {
  const launch = (site: string) =>
    launchSite({ site: 'A', folder: site, command: 'new', operator: 'ann', password, options: {} })

  it('holds no link, which would be a door', async () => {
    const own = join(folder, 'linked')
    mkdirSync(own)
    symlinkSync(join(folder, 'b'), join(own, 'door'))
    await expect(launch(own)).rejects.toMatchObject({ code: 'folder-linked' })
  })

  it('holds no file that has another name elsewhere', async () => {
    const own = join(folder, 'twice')
    mkdirSync(own)
    writeFileSync(join(folder, 'elsewhere'), 'secrets')
    linkSync(join(folder, 'elsewhere'), join(own, 'here'))
    await expect(launch(own)).rejects.toMatchObject({ code: 'folder-linked' })
  })

  it('is apart from the other site, and so is a spool', async () => {
    const [outer, inner, apart] = ['outer', 'outer/deep/inner', 'apart'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const one of [inner, apart]) mkdirSync(one, { recursive: true })
    writeFileSync(join(inner, 'site.key'), '')
    await expect(launch(outer)).rejects.toMatchObject({ code: 'folder-mixed' })
    writeFileSync(join(outer, 'site.key'), '')
    await expect(launch(inner)).rejects.toMatchObject({ code: 'folder-mixed' })
    await expect(launch(join(inner, 'new'))).rejects.toMatchObject({ code: 'folder-mixed' })
    for (const spool of [inner, join(outer, 'deep'), outer]) {
      const spooling = { site: 'A', folder: apart, command: 'new', operator: 'ann', password, options: {} } as const
      await expect(launchSite({ ...spooling, writes: [spool] })).rejects.toMatchObject({ code: 'folder-mixed' })
    }
  })

  it('is not where the code is, and does not hold it', async () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    await expect(launch(root)).rejects.toThrow(/holds Assay's own code/)
    await expect(launch(join(root, 'fixtures', 'line'))).rejects.toMatchObject({ code: 'folder-mixed' })
  })
})

/** Every file of ours that a program loads, statically or later, with the names that each takes from each. */
function graphOf(entry: string): Map<string, { readonly from: string; readonly names: readonly string[] }[]> {
  const graph = new Map<string, { from: string; names: string[] }[]>()
  const visit = (file: string): void => {
    if (graph.has(file)) return
    const source = readFileSync(file, 'utf8')
    const taken: { from: string; names: string[] }[] = []
    graph.set(file, taken)
    for (const specifier of specifiersOf(source)) {
      const target = fileURLToPath(new URL(specifier, `file://${file}`))
      taken.push({ from: target, names: namesOf(source, specifier) })
      visit(target)
    }
  }
  visit(entry)
  return graph
}

/** Our own modules that a source loads at run time: imported, imported later, or named to be started as a worker. */
function specifiersOf(source: string): string[] {
  const running = source.replaceAll(/(?:import|export) type [^;]*? from '[^']+'/g, '')
  return [...running.matchAll(/(?:from |import |import\(|new URL\()\s*'(\.[^']+\.(?:ts|mjs|js))'/g)].map(
    match => match[1]!,
  )
}

/** Values that are taken from a module; types are gone at run time. */
function namesOf(source: string, specifier: string): string[] {
  const quoted = specifier.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const braces = new RegExp(`(?:import|export)\\s*\\{([^}]*)\\}\\s*from\\s*'${quoted}'`, 'g')
  return [...source.matchAll(braces)]
    .flatMap(match => match[1]!.split(','))
    .map(name => name.trim().split(/\s+as\s+/)[0]!)
    .filter(name => name !== '' && !name.startsWith('type '))
}

describe('nothing in the factory’s import graph can compute a private key:', () => {
  const program = (site: string) => fileURLToPath(new URL(`../site-${site}/site-${site}-process.ts`, import.meta.url))
  const graphs = { A: graphOf(program('a')), B: graphOf(program('b')) }
  const loads = (site: 'A' | 'B', path: string) => [...graphs[site].keys()].some(file => file.endsWith(path))
  const takes = (site: 'A' | 'B') => [...graphs[site].values()].flat().flatMap(({ names }) => names)

  it('the graphs are whole, the steps that are loaded late included', () => {
    expect(loads('A', 'harness/bip38/confirmation.ts')).toBe(true)
    expect(loads('A', 'harness/line/etch/etch-job.ts')).toBe(true)
    expect(loads('B', 'harness/bip38/generate-unit.ts')).toBe(true)
    expect(loads('B', 'harness/line/print/print-layers.ts')).toBe(true)
    expect(takes('A')).toContain('passfactorOf')
    expect(takes('B')).toContain('factorBOf')
  })

  it.each(['A', 'B'] as const)('site %s loads nothing that opens, proves or writes a key', site => {
    for (const opener of [
      'decrypt',
      'encrypt',
      'cross-check',
      'evidence',
      'proof',
      'wif',
      'keyless',
      'batch',
      'index',
    ]) {
      expect(loads(site, `harness/bip38/${opener}.ts`), opener).toBe(false)
    }
    expect(takes(site)).not.toContain('multiplyScalars')
    expect(takes(site)).not.toContain('openSeedB')
  })

  it('site A has no way to factorb, site B none to passfactor', () => {
    for (const name of ['factorBOf', 'sealSeedB', 'generateUnit', 'pointBOf'])
      expect(takes('A'), name).not.toContain(name)
    for (const name of [
      'passfactorOf',
      'passfactorOfPrefactor',
      'prefactor',
      'createIntermediateCode',
      'verifyConfirmationCode',
      'drawPassphrase',
    ]) {
      expect(takes('B'), name).not.toContain(name)
    }
    expect([...graphs.A.keys()].filter(file => file.includes('/site-b/'))).toEqual([])
    expect([...graphs.B.keys()].filter(file => file.includes('/site-a/'))).toEqual([])
  })
})
