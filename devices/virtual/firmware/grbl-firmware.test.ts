import { afterEach, describe, expect, test } from 'vitest'
import { pause } from '../../deadline.ts'
import { VirtualTime } from '../virtual-time.ts'
import { GrblFirmware } from './grbl-firmware.ts'

const hurry = 200
let time: VirtualTime | null = null
afterEach(() => time?.stop())

/** A controller that has booted, and what it says. */
async function bootedFirmware(settings: Record<number, number> = {}, mist = true) {
  time = new VirtualTime(hurry)
  let said = ''
  const firmware = new GrblFirmware({ time, settings, mist, send: text => (said += text) })
  firmware.powerUp()
  const takeLines = (): string[] => {
    const lines = said.split('\r\n').filter(line => line !== '')
    said = ''
    return lines
  }
  const until = async (fits: (lines: string) => boolean): Promise<string[]> => {
    const ends = performance.now() + 3000
    while (!fits(said)) {
      if (performance.now() > ends) throw new Error(`waited in vain; it said ${JSON.stringify(said)}`)
      await pause(1)
    }
    return takeLines()
  }
  const send = (text: string): void => firmware.receive(Buffer.from(text, 'latin1'))
  const ask = async (line: string): Promise<string[]> => {
    send(`${line}\n`)
    return await until(text => /^(ok|error:\d+)\r\n/m.test(text))
  }
  const welcome = await until(text => text.includes('Grbl 1.1h'))
  return { welcome, firmware, send, ask, until, takeLines }
}

const unlocked = { 22: 0, 20: 0 }

describe('the GRBL model, as the real firmware was seen to behave', () => {
  test('greets after power-up and is locked when homing is on', async () => {
    const { ask, welcome } = await bootedFirmware()
    expect(welcome).toEqual(["Grbl 1.1h ['$' for help]", "[MSG:'$H'|'$X' to unlock]"])
    expect(await ask('G0 X-1')).toEqual(['error:9'])
    expect(await ask('$X')).toEqual(['[MSG:Caution: Unlocked]', 'ok'])
  })

  test.each([
    ['G5.9', 'error:20'],
    ['$Q', 'error:2'],
    ['GXY', 'error:2'],
    ['X', 'error:2'],
    ['123', 'error:1'],
    ['$H', 'error:5'],
    ['$20=1', 'error:10'],
    ['G1 X-1', 'error:22'],
    ['G0 G1 X-1', 'error:21'],
    ['G0 X-1 X-2', 'error:25'],
    ['G4', 'error:28'],
    [`G0 ${' X'.repeat(50)}`, 'error:11'],
    ['(a comment)', 'ok'],
    ['', 'ok'],
    ['m3 s500', 'ok'],
  ])('answers %s with %s', async (line, answer) => {
    const { ask } = await bootedFirmware(unlocked)
    expect((await ask(line)).at(-1)).toBe(answer)
  })

  test('refuses mist unless it was built with it', async () => {
    const { ask } = await bootedFirmware(unlocked, false)
    expect(await ask('M7')).toEqual(['error:20'])
    expect(await ask('$I')).toEqual(['[VER:1.1h.20190830:]', '[OPT:V,15,128]', 'ok'])
  })

  test('drives the spindle PWM in steps of 1/255 and shows outputs only beside overrides', async () => {
    const { ask, firmware, send, until } = await bootedFirmware(unlocked)
    await ask('M3 S250')
    await ask('M8')
    expect(firmware.pins).toEqual({ power: 64 / 255, flood: true, mist: false })
    const reports: string[] = []
    for (let i = 0; i < 12; i++) {
      send('?')
      reports.push(...(await until(text => text.includes('>'))))
    }
    for (const report of reports) expect(report.includes('|A:SF')).toBe(report.includes('|Ov:'))
    expect(reports.some(report => report.includes('|A:SF'))).toBe(true)
    expect(reports.every(report => report.includes('FS:0,250'))).toBe(true)
  })

  test('says ok when a move is queued, not when it is done', async () => {
    const { ask, firmware, send, until } = await bootedFirmware({ ...unlocked, 110: 600, 111: 600 })
    expect(await ask('G0 X-100')).toEqual(['ok'])
    expect(firmware.isMoving).toBe(true)
    await ask('G4 P0.01')
    expect(firmware.isMoving).toBe(false)
    send('?')
    expect((await until(text => text.includes('>')))[0]).toMatch(/^<Idle\|MPos:-100\.000,/)
  })

  test('holds, still slowing down at first, and goes on', async () => {
    const { ask, firmware, send, until } = await bootedFirmware({ ...unlocked, 110: 6000, 111: 6000, 120: 20 })
    await ask('G0 X-250')
    send('!?')
    expect((await until(text => text.includes('>')))[0]).toMatch(/^<Hold:1/)
    await pause(60)
    send('?')
    expect((await until(text => text.includes('>')))[0]).toMatch(/^<Hold:0/)
    const held = firmware.carriage.xMm
    await pause(10)
    expect(firmware.carriage.xMm).toBe(held)
    send('~')
    await ask('G4 P0.01')
    expect(firmware.carriage.xMm).toBe(-250)
  })

  test('a soft limit locks it, swallows a reset that comes too early, and hears the next', async () => {
    const { send, until, takeLines, firmware, ask } = await bootedFirmware({ 27: 1 })
    await ask('$H')
    await ask('M3 S1000')
    send('G0 X50\n')
    expect(await until(text => text.includes('ALARM'))).toEqual(['ALARM:2'])
    expect(firmware.pins.power).toBe(0)
    send('\x18?$X\n')
    expect(await until(text => text.includes('[MSG'))).toEqual(['[MSG:Reset to continue]'])
    await pause(10)
    expect(takeLines()).toEqual([])
    send('\x18')
    expect(await until(text => text.includes('unlock'))).toEqual([
      'ok',
      "Grbl 1.1h ['$' for help]",
      "[MSG:'$H'|'$X' to unlock]",
    ])
  })

  test('a reset while moving is an alarm and stops dead with everything off', async () => {
    const { ask, send, until, firmware } = await bootedFirmware({ ...unlocked, 110: 600, 111: 600 })
    await ask('M3 S1000')
    await ask('G0 X-200')
    send('\x18')
    expect(await until(text => text.includes('unlock'))).toEqual([
      'ALARM:3',
      "Grbl 1.1h ['$' for help]",
      "[MSG:'$H'|'$X' to unlock]",
    ])
    expect(firmware.isMoving).toBe(false)
    expect(firmware.pins.power).toBe(0)
  })

  test('a reset at rest keeps the position and does not lock', async () => {
    const { ask, send, until } = await bootedFirmware(unlocked)
    await ask('G0 X-20')
    await ask('G4 P0.01')
    send('\x18')
    expect(await until(text => text.includes('Grbl'))).toEqual(["Grbl 1.1h ['$' for help]"])
    send('?')
    expect((await until(text => text.includes('>')))[0]).toMatch(/^<Idle\|MPos:-20\.000,/)
  })

  test('does not answer ? while homing and ends pulled off, in negative space', async () => {
    const { send, until } = await bootedFirmware()
    send('$H\n')
    await pause(1)
    send('???')
    expect(await until(text => text.includes('ok'))).toEqual(['ok'])
    send('?')
    expect((await until(text => text.includes('>')))[0]).toContain('MPos:-1.000,-1.000,-1.000')
  })

  test('a reset while homing is alarm 6', async () => {
    const { send, until } = await bootedFirmware()
    send('$H\n')
    await pause(1)
    send('\x18')
    expect(await until(text => text.includes('Grbl 1.1h'))).toContain('ALARM:6')
  })

  test('check mode moves nothing and ends with a reset', async () => {
    const { ask, send, until, firmware } = await bootedFirmware(unlocked)
    expect(await ask('$C')).toEqual(['[MSG:Enabled]', 'ok'])
    await ask('G0 X-50')
    expect(firmware.carriage.xMm).toBe(0)
    send('$C\n')
    expect(await until(text => text.includes('Grbl 1.1h'))).toContain('[MSG:Disabled]')
  })

  test('jogs within the travel only, and not while held', async () => {
    const { ask, send } = await bootedFirmware()
    await ask('$H')
    expect(await ask('$J=X10 F1000')).toEqual(['error:15'])
    expect(await ask('$J=X-10 F100')).toEqual(['ok'])
    send('!')
    expect(await ask('$J=X-11 F100')).toEqual(['error:8'])
  })

  test('loses what does not fit its 128 bytes', async () => {
    const { send, until, ask } = await bootedFirmware(unlocked)
    send('G4 P0.5\n')
    await pause(0)
    send('G0 X-1\n'.repeat(60))
    const lines = await until(text => text.includes('ok'))
    await pause(20)
    expect(lines.filter(line => line === 'ok').length).toBeLessThan(25)
    expect((await ask('$G')).at(-1)).toBe('ok')
  })
})
