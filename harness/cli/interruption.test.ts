import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const interruption = JSON.stringify(join(import.meta.dirname, 'interruption.ts'))

/** A loaded machine may take long to start a process. */
const patience = { timeout: 30_000 }

const started: ChildProcess[] = []
afterEach(() => {
  // A process that a failed test left behind would keep the whole run from ending.
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** A process that says when the signal aborted and lives on as long as `work` has it. */
function startWork(work: string) {
  const script = `import { endWithHandlers, onInterruption } from ${interruption}
    const controller = new AbortController()
    onInterruption(controller, line => console.log(line))
    controller.signal.addEventListener('abort', () => console.log(controller.signal.reason.message))
    const timer = setInterval(() => {}, 1000)
    console.log('working')
    ${work}`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  return { child, said: () => stdout, ended: once(child, 'close') }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s aborts the work, which may finish in order', async signal => {
  const { child, said, ended } = startWork(`
    await new Promise(resolve => controller.signal.addEventListener('abort', resolve))
    console.log('lights off')
    clearInterval(timer)`)
  await expect.poll(said, patience).toContain('working')
  child.kill(signal)
  expect((await ended)[0]).toBe(0)
  expect(said()).toMatch(signal === 'SIGINT' ? /interrupted by Ctrl-C/ : new RegExp(`received ${signal}`))
  expect(said()).toContain('lights off')
})

test('one Ctrl-C that arrives three times, from terminal, npm and entry script, is one wish', async () => {
  const { child, said, ended } = startWork(`
    await new Promise(resolve => controller.signal.addEventListener('abort', resolve))
    setTimeout(() => { console.log('lights off'); clearInterval(timer) }, 300)`)
  await expect.poll(said, patience).toContain('working')
  for (let i = 0; i < 3; i++) {
    child.kill('SIGINT')
    await new Promise(resolve => setTimeout(resolve, 30))
  }
  expect((await ended)[0]).toBe(0)
  expect(said()).toContain('lights off')
})

test('a second Ctrl-C ends work that does not stop, with exit code 130', async () => {
  const { child, said, ended } = startWork('await new Promise(() => {})')
  await expect.poll(said, patience).toContain('working')
  child.kill('SIGINT')
  await new Promise(resolve => setTimeout(resolve, 1200))
  expect(child.exitCode).toBeNull()
  child.kill('SIGINT')
  expect((await ended)[0]).toBe(130)
})

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('what %s interrupts ends with %i', async (signal, code) => {
  const { child, said, ended } = startWork(`
    await new Promise(resolve => controller.signal.addEventListener('abort', resolve))
    process.exitCode = controller.signal.reason.exitCode
    clearInterval(timer)`)
  await expect.poll(said, patience).toContain('working')
  child.kill(signal)
  expect((await ended)[0]).toBe(code)
})

test('signals that come until the very end change nothing of how it ends', async () => {
  const { child, said, ended } = startWork(`
    await new Promise(resolve => controller.signal.addEventListener('abort', resolve))
    process.exitCode = controller.signal.reason.exitCode
    clearInterval(timer)
    endWithHandlers()`)
  await expect.poll(said, patience).toContain('working')
  // Without a pause: Node takes longer to tear itself down than one round of this.
  const again = () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    for (let i = 0; i < 20; i++) child.kill('SIGTERM')
    setImmediate(again)
  }
  again()
  expect(await ended).toEqual([143, null])
})
