// @module-tag long
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeCheckout } from './fake-checkout.testing.ts'

let checkout: FakeCheckout
beforeEach(() => {
  checkout = new FakeCheckout()
})
afterEach(() => checkout[Symbol.dispose]())

describe('the first start in a fresh clone', () => {
  test('installs the locked packages once, and then runs the command under the pinned Node', async () => {
    const first = await checkout.run(['assay', 'read', '--json', 'a photo.jpg'])
    expect(first.code).toBe(0)
    expect(JSON.parse(first.stdout)).toMatchObject({ args: ['read', '--json', 'a photo.jpg'] })
    expect(checkout.npmCalls).toHaveLength(1)

    const second = await checkout.run(['assay', '--version'])
    expect(second.stderr).toBe('')
    expect(checkout.npmCalls).toHaveLength(1)
  })

  test('keeps stdout for the command and tells about the set-up on stderr', async () => {
    const { stdout, stderr } = await checkout.run(['assay'])
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('first start: installing the packages')
    expect(stderr).toContain('packages installed')
  })

  test('calls npm ci with few retries, every kind of dependency, and without the strict engine check', async () => {
    await checkout.run(['assay'], { env: { npm_config_engine_strict: 'true' } })
    const call = checkout.npmCalls[0]
    expect(call).toMatch(/^engine_strict=false ci /)
    expect(call).toContain('--fetch-retries=1')
    expect(call).toContain('--include=dev --include=optional')
  })

  test('waits when another start is installing already', async () => {
    const both = await Promise.all([checkout.run(['assay']), checkout.run(['assay'])])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(checkout.npmCalls).toHaveLength(1)
  })

  test('takes over from a start that died while installing', async () => {
    mkdirSync(join(checkout.root, '.cache'))
    writeFileSync(join(checkout.root, '.cache', 'installing'), '2147483646')
    expect((await checkout.run(['assay'])).code).toBe(0)
  })
})

describe('a later start', () => {
  test('installs again when the lock has changed', async () => {
    await checkout.run(['assay'])
    checkout.lock('2.0.0')
    const { stderr } = await checkout.run(['assay'])
    expect(stderr).toContain('not those of package-lock.json')
    expect(checkout.npmCalls).toHaveLength(2)
  })

  test('accepts what a developer installed with npm directly', async () => {
    await checkout.run(['assay'])
    rmSync(join(checkout.root, 'node_modules', '.cache'), { recursive: true })
    expect((await checkout.run(['assay'])).stderr).toBe('')
    expect(checkout.npmCalls).toHaveLength(1)
  })

  test('installs again when a package went missing from what npm lists', async () => {
    await checkout.run(['assay'])
    rmSync(join(checkout.root, 'node_modules', '.cache'), { recursive: true })
    rmSync(join(checkout.root, 'node_modules', 'thing'), { recursive: true })
    await checkout.run(['assay'])
    expect(checkout.npmCalls).toHaveLength(2)
  })

  test.each(['hangs', 'hangs-on'] as const)('begins anew after an install that %s was broken off', async behaviour => {
    checkout.npm(behaviour)
    const started = checkout.start(['assay'])
    await started.saw('installing')
    await expect.poll(() => checkout.npmCalls.length, { timeout: 30_000 }).toBe(1)
    started.child.kill('SIGINT')
    const interrupted = await started.ended
    expect(interrupted.code).toBe(130)
    expect(interrupted.stderr).toContain('set-up interrupted')
    expect(existsSync(join(checkout.root, '.cache', 'installing'))).toBe(false)

    checkout.npm('installs')
    expect((await checkout.run(['assay'])).code).toBe(0)
    expect(checkout.npmCalls).toHaveLength(2)
  })
})

describe('npm that fails', () => {
  const faults = [
    ['npm error code ENOTFOUND', 'the package registry cannot be reached'],
    ['npm error code ECONNREFUSED', 'the package registry cannot be reached'],
    ['npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate is not trusted'],
    ['npm error code E401', 'asks for a login'],
    ['npm error code ENOSPC', 'the disk is full'],
    ['npm error code EACCES', 'may not write here'],
    ['npm error code EUSAGE', 'package.json and package-lock.json disagree'],
    ['npm error something new', 'npm error something new'],
  ] as const
  test.each(faults)('%s: exit code 69, and what to do', async (failsWith, sentence) => {
    checkout.npm({ failsWith })
    const { code, stdout, stderr } = await checkout.run(['assay'])
    expect(code).toBe(69)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    checkout.npm('installs')
    expect((await checkout.run(['assay'])).code).toBe(0)
  })

  test('is not there at all', async () => {
    checkout.withoutProgram('npm')
    const { code, stderr } = await checkout.run(['assay'], { env: { PATH: checkout.programs } })
    expect(code).toBe(69)
    expect(stderr).toContain('npm cannot be started')
  })

  test('is passed over when the caller is another package manager', async () => {
    const env = { npm_execpath: '/opt/pnpm/bin/pnpm.cjs' }
    expect((await checkout.run(['assay'], { env })).code).toBe(0)
    expect(checkout.npmCalls).toHaveLength(1)
  })
})

describe('the Node that runs Assay', () => {
  test('is the pinned one even when the host has an old one', async () => {
    const { code, stdout } = await checkout.run(['assay'], { hostNode: '20.20.2' })
    expect(code).toBe(0)
    expect(JSON.parse(stdout).path).toMatch(new RegExp(`^${join(checkout.pinnedNode, '..')}:`))
  })

  test("is the host's where no pinned one exists, as on macOS", async () => {
    checkout.npm('installs-no-node')
    expect((await checkout.run(['assay'], { hostNode: '24.0.0' })).code).toBe(0)
  })

  test("is asked for in one sentence when the host's is too old and no pinned one exists", async () => {
    checkout.npm('installs-no-node')
    const { code, stderr, stdout } = await checkout.run(['assay'], { hostNode: '20.20.2' })
    expect(code).toBe(69)
    expect(stderr).toMatch(
      /needs Node 24 or newer: this is 20\.20\.2, and there is no pinned Node for \w+ \w+\. Install it/,
    )
    expect(stdout).toBe('')
  })

  test("is the host's when the pinned one does not run on this system", async () => {
    checkout.npm('installs-broken-node')
    expect((await checkout.run(['assay'], { hostNode: '24.0.0' })).code).toBe(0)
    const { code, stderr } = await checkout.run(['assay'], { hostNode: '22.1.0' })
    expect(code).toBe(69)
    expect(stderr).toContain('the pinned Node does not run on this system')
  })
})

describe('a script', () => {
  test("start is assay demo with the person's arguments", async () => {
    const { stdout } = await checkout.run(['start', '--seed', '7'])
    expect(JSON.parse(stdout).args).toEqual(['demo', '--seed', '7'])
  })

  test('works in the folder where the person called npm', async () => {
    const elsewhere = join(checkout.root, 'photos')
    mkdirSync(elsewhere)
    const env = { INIT_CWD: elsewhere, npm_package_json: join(checkout.root, 'package.json') }
    const { stdout } = await checkout.run(['assay'], { env })
    expect(JSON.parse(stdout).cwd).toBe(elsewhere)
  })

  test("does not take the folder of another package's npm for the person's", async () => {
    const env = { INIT_CWD: '/', npm_package_json: '/elsewhere/package.json' }
    const { stdout } = await checkout.run(['assay'], { env })
    expect(JSON.parse(stdout).cwd).toBe(checkout.root)
  })

  test.each([0, 1, 3, 4, 69])("ends with the command's exit code %i", async code => {
    expect((await checkout.run(['assay', 'exit', String(code)])).code).toBe(code)
  })

  test("passes Ctrl-C on and ends with the command's own 130", async () => {
    const started = checkout.start(['assay', 'wait'])
    await started.saw('waiting')
    started.child.kill('SIGINT')
    expect((await started.ended).code).toBe(130)
  })

  test("ends with the command's own 130 though Ctrl-C is pressed until the end", async () => {
    const started = checkout.start(['assay', 'wait'])
    await started.saw('waiting')
    const again = () => {
      if (started.child.exitCode !== null || started.child.signalCode !== null) return
      for (let i = 0; i < 20; i++) started.child.kill('SIGINT')
      setImmediate(again)
    }
    again()
    expect(await started.ended).toMatchObject({ code: 130, signal: null })
  })

  test('ends by the signal that ended the command', async () => {
    const started = checkout.start(['assay', 'wait'])
    await started.saw('waiting')
    started.child.kill('SIGTERM')
    expect((await started.ended).signal).toBe('SIGTERM')
  })

  test('that does not exist is wrong use', async () => {
    const { code, stderr } = await checkout.run(['strat'])
    expect(code).toBe(2)
    expect(stderr).toContain('there are start, assay, bench, soak, check, test')
  })
})

test('no npm script relies on pre and post scripts, which ignore-scripts skips', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))
  const names = Object.keys(manifest.scripts)
  expect(names.filter(name => names.some(other => name === `pre${other}` || name === `post${other}`))).toEqual([])
  expect(Object.keys(manifest.scripts)).not.toContain('postinstall')
  for (const name of ['start', 'test', 'assay', 'check', 'bench']) {
    expect(manifest.scripts[name]).toBe(`node bin/run.mjs ${name}`)
  }
})

test('the lock names no registry and holds every platform that a package names', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'))
  const packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }> = lock.packages
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  )
  expect(missing).toEqual([])
})
