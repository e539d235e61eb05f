import { afterEach, describe, expect, test } from 'vitest'
import { GrblStage } from '../stage/grbl-stage.ts'
import { GrblFirmware } from '../virtual/firmware/grbl-firmware.ts'
import { SerialCable } from '../virtual/serial-binding.ts'
import { VirtualTime } from '../virtual/virtual-time.ts'
import { LineAnswer } from './answer.ts'
import { ControllerState, isResetToContinue } from './controller-state.ts'
import type { LinkDeadlines } from './deadlines.ts'
import { bannerShape, describeFirmware, settingWarnings } from './firmware.ts'
import { GrblLink } from './link.ts'
import { alarmAdvice, describeAlarm } from './messages.ts'

// Greetings and answers as the firmwares' sources have them: gnea/grbl report.c, grblHAL core report.c, bdring/FluidNC
// Report.cpp, Paciente8159/uCNC grbl_interface.h and grbl_protocol.c.

const quick: LinkDeadlines = { openMs: 500, bannerMs: 100, answerMs: 300, statusMs: 300, criticalMs: 100 }
const times: VirtualTime[] = []
afterEach(() => {
  for (const time of times.splice(0)) time.stop()
})

describe('who is at the port', () => {
  test.each([
    ["Grbl 1.1f ['$' for help]", '[VER:1.1f.20170801:]', 'grbl', '1.1f.20170801'],
    ["Grbl 1.1h ['$' for help]", '[VER:1.1h.20190830:my bench]', 'grbl', '1.1h.20190830'],
    ["GrblHAL 1.1f ['$' or '$HELP' for help]", '[VER:1.1f.20240528:]', 'grblHAL', '1.1f.20240528'],
    ["Grbl 1.1f ['$' or '$HELP' for help]", '[VER:1.1f.20240528:]', 'grblHAL', '1.1f.20240528'],
    [
      "Grbl 3.7 [FluidNC v3.7.8 (wifi) '$' for help]",
      '[VER:3.7 FluidNC v3.7.8 (esp32-wifi) :]',
      'FluidNC',
      '3.7 FluidNC v3.7.8 (esp32-wifi)',
    ],
    [
      "Grbl 4.0 [FluidNC v4.0.1 (esp32-noradio) '$' for help]",
      '[VER:4.0 FluidNC v4.0.1:]',
      'FluidNC',
      '4.0 FluidNC v4.0.1',
    ],
    [
      "Grbl 1.17 [uCNC v1.17.2 '$' for help]",
      '[VER: uCNC 1.17.2 - Generic board]',
      'uCNC',
      'uCNC 1.17.2 - Generic board',
    ],
    ["uCNC 1.8 ['$' for help]", '[VER: uCNC 1.8.5 - RAMPS]', 'uCNC', 'uCNC 1.8.5 - RAMPS'],
  ])('is told by %s', (banner, told, dialect, version) => {
    expect(bannerShape.test(banner)).toBe(true)
    expect(describeFirmware([told, '[OPT:V,15,128]'], banner)).toMatchObject({ dialect, version, banner })
  })

  test.each([
    "Grbl 0.9j ['$' for help]",
    'Smoothie',
    'Grbl',
    "[MSG:INFO: Grbl 1.1h ['$' for help]]",
    "XGrbl 1.1h ['$' for help]",
  ])('is no greeting: %s', line => {
    expect(bannerShape.test(line)).toBe(false)
  })

  test('an alarm means what it means to that firmware', () => {
    expect(describeAlarm(10, 'grblHAL')).toBe('Alarm:10, emergency stop')
    expect(describeAlarm(14, 'FluidNC')).toBe('Alarm:14, homing is needed')
    expect(describeAlarm(-126, 'uCNC')).toBe('Alarm:-126, emergency stop')
    expect(describeAlarm(1, 'FluidNC')).toBe('Alarm:1, hard limit')
    expect(alarmAdvice(99, 'uCNC')).toContain('Look the number up')
  })
})

describe('what a controller says by itself', () => {
  test('locks and unlocks whatever level its messages carry', () => {
    for (const level of ['', 'INFO: ', 'ERR: ']) {
      const state = new ControllerState()
      state.hear(`[MSG:${level}'$H'|'$X' to unlock]`)
      expect(state.alarm).toBe(0)
      expect(isResetToContinue(`[MSG:${level}Reset to continue]`)).toBe(true)
      expect(new ControllerState().hear(`[MSG:${level}Enabled]`)).toBe('check-mode')
    }
    expect(isResetToContinue('[MSG:Emergency stop - clear, then reset to continue]')).toBe(true)
    expect(isResetToContinue('[MSG:Caution: Unlocked]')).toBe(false)
  })

  test('an alarm below nothing is one, and a door that is open is none', () => {
    const state = new ControllerState()
    expect(state.hear('ALARM:-126')).toBe('alarm')
    expect(state.alarm).toBe(-126)
    state.hear('<Door:1|MPos:0.000,0.000,0.000|FS:0,0>')
    expect([state.alarm, state.hindrance]).toEqual([null, 'Close the safety door'])
  })

  test.each(['ok', 'OK', 'ok '])('%j ends an answer', async word => {
    const answer = new LineAnswer('port', '$G', null)
    expect(answer.take('[GC:G0]')).toBe(false)
    expect(answer.take(word)).toBe(true)
    expect(await answer.lines).toEqual(['[GC:G0]'])
  })

  test.each(['error:20', 'error: 20', 'error: Unsupported command', 'Error:20'])('%j refuses a line', async word => {
    const answer = new LineAnswer('port', 'G5', null)
    expect(answer.take(word)).toBe(true)
    await expect(answer.lines).rejects.toMatchObject({ code: 'grbl-error' })
  })

  test.each(['okay', 'ok:', '>G54:ok', '[MSG:INFO: ok]', 'error:', 'errors'])('%j is no answer', word => {
    expect(new LineAnswer('port', '$G', null).take(word)).toBe(false)
  })
})

test('settings that are masks are read by their lowest bit', () => {
  const warned = (homing: number, soft: number) =>
    settingWarnings(
      new Map([
        [22, homing],
        [20, soft],
      ]),
    ).length
  expect(warned(1, 1)).toBe(0)
  expect(warned(19, 3)).toBe(0)
  expect(warned(2, 1)).toBe(1)
  expect(warned(0, 0)).toBe(2)
  // FluidNC lists neither: what is not told is not warned of.
  expect(settingWarnings(new Map([[10, 1]]))).toEqual([])
})

test('a controller of two axes is never asked for a third', async () => {
  const time = new VirtualTime(1000)
  times.push(time)
  const sent: string[] = []
  const twoAxes = (text: string) => text.replace(/(MPos|WCO):(-?[\d.]+),(-?[\d.]+),-?[\d.]+/g, '$1:$2,$3')
  const firmware: GrblFirmware = new GrblFirmware({ time, send: text => cable.send(Buffer.from(twoAxes(text))) })
  const cable: SerialCable = new SerialCable('test:xy', {
    opened: () => {},
    closed: () => {},
    receive: bytes => {
      sent.push(Buffer.from(bytes).toString('latin1'))
      firmware.receive(bytes)
    },
  })
  firmware.powerUp()
  const link = await GrblLink.open(cable.makeLine, undefined, quick)
  const stage = new GrblStage(link, { poses: { inspect: { xMm: -60, yMm: -40, zMm: 0 } }, pollMs: 1 })
  await stage.goTo('inspect')
  expect(firmware.carriage).toMatchObject({ xMm: -60, yMm: -40 })
  expect(await stage.position()).toEqual({ xMm: -60, yMm: -40, zMm: 0 })
  const moves = sent.join('').match(/G53.*/g)
  expect(moves).toEqual(['G53 G0 X-60.000 Y-40.000'])
  await link.close()
})

test('an open door is said to be one, with what to do', async () => {
  const time = new VirtualTime(1000)
  times.push(time)
  let isOpen = false
  const ajar = (text: string) => (isOpen ? text.replace(/<(Idle|Run)\|/g, '<Door:1|') : text)
  const firmware: GrblFirmware = new GrblFirmware({ time, send: text => cable.send(Buffer.from(ajar(text))) })
  const cable: SerialCable = new SerialCable('test:door', {
    opened: () => {},
    closed: () => {},
    receive: bytes => firmware.receive(bytes),
  })
  firmware.powerUp()
  const link = await GrblLink.open(cable.makeLine, undefined, quick)
  const stage = new GrblStage(link, {
    poses: { inspect: { xMm: -60, yMm: -40, zMm: -9 } },
    pollMs: 1,
    moveDeadlineMs: 200,
  })
  await stage.home()
  isOpen = true
  await expect(stage.goTo('inspect')).rejects.toThrow(/Door:1.*Close the safety door, then run assay rig home/)
  // Nothing moves behind an open door, and everything is off: that is safe.
  await link.makeSafe(2000)
  await link.close()
})
