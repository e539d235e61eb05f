import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { becomePrivate, privacies } from './private-process.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-private-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const prGetDumpable = 3
const door = JSON.stringify(new URL('./private-process.node.ts', import.meta.url).href)
const privately = (program: string) => `const { becomePrivate, withoutCoreFiles } = await import(${door}); ${program}`

/** Runs a program in a process that may leave cores of any size in the folder. */
function run(program: string) {
  const node = [process.execPath, '--input-type=module', '-e', privately(program)]
  return spawnSync('sh', ['-c', 'ulimit -c unlimited 2>/dev/null; exec "$@"', 'sh', ...node], {
    cwd: folder,
    encoding: 'utf8',
  })
}

const coresOf = (program: string) => {
  expect(run(program).signal).toBe('SIGABRT')
  const cores = readdirSync(folder)
  for (const name of cores) rmSync(join(folder, name))
  return cores.length
}

const hasCores = process.platform === 'linux' && coresOf('process.abort()') > 0

describe.skipIf(process.platform !== 'linux')('a private process', () => {
  it('is all that a kernel can make it', () => {
    expect(JSON.parse(run('console.log(JSON.stringify(await becomePrivate()))').stdout)).toEqual(privacies)
  })

  it.skipIf(!hasCores)('leaves no core, and nor does a command', () => {
    expect(coresOf('await becomePrivate(); process.abort()')).toBe(0)
    expect(coresOf('await withoutCoreFiles(); process.abort()')).toBe(0)
  })

  it('asks for no core in a way that a program which takes cores is bound by, too', () => {
    const limit = run(
      "await withoutCoreFiles(); console.log((await import('node:fs')).readFileSync('/proc/self/limits', 'utf8'))",
    )
    expect(limit.stdout).toMatch(/^Max core file size +1 +1 +bytes/m)
  })

  it('reaches nobody, not even this machine, and neither does what it starts', async () => {
    const server = createServer(socket => socket.end()).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const connect = `const net = await import('node:net')
      const said = await new Promise(done => net.connect(${port}, '127.0.0.1').on('connect', () => done('connected')).on('error', ({ code }) => done(code)))
      console.log(said); process.exit()`
    const asked = (program: string) =>
      new Promise<string>(resolve => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', privately(program)])
        let said = ''
        child.stdout.on('data', text => (said += text))
        child.on('close', () => resolve(said.trim()))
      })
    expect(await asked(connect)).toBe('connected')
    expect(await asked(`await becomePrivate(); ${connect}`)).toBe('EACCES')
    const inner = JSON.stringify(connect)
    const started = `const { spawnSync } = await import('node:child_process')
      console.log(spawnSync(process.execPath, ['--input-type=module', '-e', ${inner}], { encoding: 'utf8' }).stdout)`
    expect(await asked(`await becomePrivate(); ${started}`)).toBe('EACCES')
    server.close()
  })

  it('cannot be read by others of the same user', () => {
    const asks = (before: string) =>
      run(`${before} const { default: koffi } = await import(${JSON.stringify(import.meta.resolve('koffi'))})
        console.log(koffi.load(null).func('int prctl(int, ulong, ulong, ulong, ulong)')(${prGetDumpable}, 0, 0, 0, 0))`)
    expect(asks('').stdout).toBe('1\n')
    expect(asks('await becomePrivate();').stdout).toBe('0\n')
  })

  it('ends with its parent, whatever it does', async () => {
    const busy = JSON.stringify(privately('await becomePrivate(); console.log(process.pid); for (;;);'))
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { spawn } = await import('node:child_process')
       spawn(process.execPath, ['--input-type=module', '-e', ${busy}], { stdio: ['ignore', 'inherit', 'inherit'] })`,
    ])
    const pid = Number(await new Promise<string>(resolve => parent.stdout.once('data', text => resolve(String(text)))))
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain('Seccomp:\t2')
    parent.kill('SIGKILL')
    for (let tries = 0; tries < 100 && isAlive(pid); tries++) await pause(20)
    expect(isAlive(pid)).toBe(false)
  })
})

it.skipIf(process.platform === 'linux')('says where nothing can be asked of the kernel', async () => {
  expect(await becomePrivate()).toEqual([])
})

/** A zombie that nobody waits for is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
