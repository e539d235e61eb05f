import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { lights } from '../lights.ts'

/** A loaded machine takes its time to start a program. */
const patience = { timeout: 5000 }
const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A gpioset with the options, texts and habits of version 1.6 or 2.1: lets go of its lines as it ends. */
async function open(version: '1.6.3' | '2.1.3', more: object = {}) {
  const root = mkdtempSync(join(tmpdir(), 'assay-gpio-'))
  endings.push(() => rmSync(root, { recursive: true, force: true }))
  const program = join(root, 'gpioset')
  const pins = join(root, 'pins')
  writeFileSync(
    program,
    `#!/bin/sh
case "$1" in --version) echo 'gpioset (libgpiod) v${version}'; exit 0;; esac
[ "$1" = -l ] && shift
${
  version.startsWith('1')
    ? `wait=no; case "$1" in --mode=signal) wait=yes; shift;; --mode=*) shift;; esac; chip=$1; shift`
    : `wait=yes; [ "$1" = -c ] || { echo 'gpioset: invalid line value' >&2; exit 1; }; chip=$2; shift 2`
}
[ "$chip" = gpiochip0 ] || { echo "gpioset: cannot find GPIO chip character device '$chip'" >&2; exit 1; }
[ -e ${root}/busy ] && { echo "gpioset: error setting the GPIO line values: Device or resource busy" >&2; exit 1; }
echo "$*" > ${pins}
trap 'rm -f ${pins}; kill $! 2>/dev/null; exit 0' TERM INT
[ $wait = yes ] || { rm -f ${pins}; exit 0; }
sleep 20 2>/dev/null & echo $$ > ${root}/pid
wait
`,
  )
  chmodSync(program, 0o755)
  const presets = { dome: [17], ring: [18, 27] } as const
  const config = { driver: 'relay-gpio', chip: 'gpiochip0', program, presets, settleMs: 1, ...more } as const
  const opening = lights.open(config as never)
  opening.then(
    opened => endings.push(() => opened.close()),
    () => {},
  )
  const levels = () => (existsSync(pins) ? readFileSync(pins, 'utf8').trim() : 'let go')
  return { opening, levels, root, program, pid: () => Number(readFileSync(join(root, 'pid'), 'utf8')) }
}

test.each(['1.6.3', '2.1.3'] as const)(
  'lines stay as set while the rig is open (gpioset %s)',
  { timeout: 30_000 },
  async version => {
    const { opening, levels } = await open(version)
    const { light, identity, makeSafe } = await opening
    expect(identity).toMatchObject({ driver: 'relay-gpio', firmware: version })
    expect(identity.warnings).toEqual([expect.stringContaining('believed and not read back')])
    await expect.poll(levels, patience).toBe('17=0 18=0 27=0')
    await light.set('ring')
    await expect.poll(levels, patience).toBe('17=0 18=1 27=1')
    await light.confirm?.()
    await makeSafe(3000)
    await expect.poll(levels, patience).toBe('17=0 18=0 27=0')
  },
)

test('lines that another program holds, and a chip that is not there, are told', async () => {
  const none = await open('2.1.3', { chip: 'gpiochip9' })
  await expect(none.opening).rejects.toMatchObject({
    code: 'light-gone',
    message: expect.stringContaining('no such chip'),
  })
  const held = await open('2.1.3')
  const { light } = await held.opening
  writeFileSync(join(held.root, 'busy'), '')
  await expect(light.set('dome')).rejects.toMatchObject({ code: 'light-gone', exitCode: 3 })
  expect(light.preset).toBe('unknown')
})

test('a gpioset that was killed is no light that is still as set', async () => {
  const { opening, pid } = await open('2.1.3')
  const { light } = await opening
  await light.set('dome')
  process.kill(pid(), 'SIGKILL')
  await expect
    .poll(() =>
      light.confirm?.().then(
        () => 'held',
        ({ code }) => code,
      ),
    )
    .toBe('light-gone')
  await light.set('dome')
  expect(light.preset).toBe('dome')
})

test('lines are let go of, and not held alight, when the program that set them is killed', {
  timeout: 30_000,
}, async () => {
  const { opening, levels, program } = await open('2.1.3')
  await (await opening).close()
  const script = `
    import { lights } from ${JSON.stringify(new URL('../lights.ts', import.meta.url).href)}
    const config = { driver: 'relay-gpio', chip: 'gpiochip0', program: ${JSON.stringify(program)}, presets: { dome: [17] }, settleMs: 1 }
    const { light } = await lights.open(config)
    await light.set('dome')
    console.log('lit')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  endings.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await expect.poll(levels, patience).toBe('17=1')
  child.kill('SIGKILL')
  await expect.poll(levels, patience).toBe('let go')
})
