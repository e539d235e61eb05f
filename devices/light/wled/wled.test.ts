import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { SerialCable } from '../../virtual/serial-binding.ts'
import { VirtualWled } from '../../virtual/wled-board.testing.ts'
import { lights } from '../lights.ts'
import { WledHttp } from './wled-http.ts'
import { openWledLight } from './wled-light.ts'
import { difference, lightRequest } from './wled-preset.ts'
import { WledSerial } from './wled-serial.ts'
import { readWledAnswer } from './wled-state.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

const config = { presets: { dome: [{ id: 0, power: 1 }], ring: [{ id: 1, power: 0.5 }] }, settleMs: 1 } as const
const quick = { openMs: 700, setMs: 400 }

async function overHttp(board: VirtualWled) {
  const opened = await openWledLight(new WledHttp(await board.listen()), config, undefined, quick)
  endings.push(
    () => opened.close(),
    () => board.close(),
  )
  return opened
}

async function overSerial(board: VirtualWled) {
  const cable = board.serial()
  const opened = await openWledLight(await WledSerial.open(cable.makeLine, true), config, undefined, quick)
  endings.push(() => opened.close())
  return { opened, cable }
}

describe('a WLED board', () => {
  test('lights its segments as bright and as coloured as the preset says', async () => {
    const board = new VirtualWled()
    const { light } = await overHttp(board)
    await light.set('ring')
    expect(board.burning).toEqual({ 1: 128 / 255 })
    expect(board.segments[1]?.col[0]).toEqual([255, 255, 255])
  })

  test('that answers and does nothing is not believed', async () => {
    const board = new VirtualWled()
    const { light } = await overHttp(board)
    board.stuck = true
    await expect(light.set('dome')).rejects.toMatchObject({
      code: 'light-not-set',
      message: expect.stringContaining('the board is off'),
    })
    expect(light.preset).toBe('unknown')
  })

  test('that another sender streams to is not believed', async () => {
    const board = new VirtualWled()
    const { light } = await overHttp(board)
    board.live = true
    await expect(light.set('dome')).rejects.toThrow('another sender streams to the board')
  })

  test('that was busy is asked again, by either wire', async () => {
    const board = new VirtualWled()
    const { opened } = await overSerial(board)
    board.busyFor = 1
    const patient = openWledLight(await WledSerial.open(new VirtualWled().serial().makeLine, true), config)
    await (await patient).close()
    await expect(opened.light.set('dome')).rejects.toMatchObject({ code: 'light-not-wled' })
    await opened.light.set('dome')
    expect(board.burning).toEqual({ 0: 1 })
  })

  test('that lost its power in between is noticed when asked', async () => {
    const board = new VirtualWled()
    const { light } = await overHttp(board)
    await light.set('dome')
    await light.confirm?.()
    board.restart()
    await expect(light.confirm?.()).rejects.toMatchObject({ code: 'light-not-set' })
    expect(light.preset).toBe('unknown')
  })

  test('without the segment of a preset is refused when it is opened, and left dark', async () => {
    const board = new VirtualWled(1)
    await expect(overHttp(board)).rejects.toThrow('light "ring" needs segment 1')
    expect(board.burning).toEqual({})
    await board.close()
  })

  test('that starts alight or limits its current is told of', async () => {
    const board = new VirtualWled()
    board.bootsAlight = true
    board.currentLimitMa = 850
    const { identity } = await overHttp(board)
    expect(identity).toMatchObject({
      firmware: '0.15.0',
      warnings: [expect.stringContaining('when it gets power'), expect.stringContaining('850 mA')],
    })
  })

  test('whose plug was pulled and put back goes on', async () => {
    const board = new VirtualWled()
    const { opened, cable } = await overSerial(board)
    await opened.light.set('dome')
    cable.pull()
    await expect(opened.light.set('ring')).rejects.toMatchObject({ exitCode: 3 })
    expect(opened.light.preset).toBe('unknown')
    cable.putBack()
    await opened.light.set('ring')
    expect(Object.keys(board.burning)).toEqual(['1'])
    cable.pull()
    setTimeout(() => cable.putBack(), 100)
    await opened.makeSafe(3000)
    expect(board.burning).toEqual({})
  })

  test('that cannot answer is sent its light and not waited for', async () => {
    const board = new VirtualWled()
    const cable = board.serial()
    const opened = await lights.open(
      { driver: 'wled-serial', port: cable.path, answers: false, ...config },
      { ports: () => cable.makeLine },
    )
    endings.push(() => opened.close())
    expect(opened.identity.warnings).toEqual([expect.stringContaining('believed and not read back')])
    await opened.light.set('ring')
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(Object.keys(board.burning)).toEqual(['1'])
    await opened.makeSafe(500)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(board.burning).toEqual({})
  })
})

describe('what is no WLED board is told in one sentence', () => {
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    endings.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return `http://someone:sesame@127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const open = (url: string) => openWledLight(new WledHttp(url), config, undefined, quick)

  const servers: readonly [string, RequestListener, string][] = [
    ['a web page', (_, answer) => answer.end('<html>'), 'light-not-wled'],
    ['other JSON', (_, answer) => answer.end('{"state":{"on":"yes"}}'), 'light-not-wled'],
    ['a 404', (_, answer) => answer.writeHead(404).end(), 'light-not-wled'],
    ['a password', (_, answer) => answer.writeHead(401).end(), 'light-gone'],
    ['silence', () => {}, 'light-deadline'],
    ['half an answer', (_, answer) => answer.writeHead(200, { 'content-length': 99 }).write('{'), 'light-deadline'],
    [
      'a cut',
      (asked, answer) => {
        answer.writeHead(200, { 'content-length': 99 }).write('{')
        setTimeout(() => asked.socket.destroy(), 20)
      },
      'light-gone',
    ],
    [
      'an endless answer',
      (_, answer) => {
        const flood = setInterval(() => answer.write('x'.repeat(65536)), 1)
        answer.on('close', () => clearInterval(flood))
      },
      'light-not-wled',
    ],
  ]
  test.each(servers)('%s', async (_what, listener, code) => {
    const error = await open(await serve(listener)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, exitCode: 3, message: expect.stringContaining('http://127.0.0.1:') })
    expect(String(error)).not.toContain('sesame')
  })

  test('nobody there, and no url', async () => {
    await expect(open('http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'light-gone',
      message: expect.stringContaining('refuses the connection'),
    })
    expect(() => new WledHttp('/dev/ttyUSB0')).toThrow('must look like http://')
  })

  const lines: readonly [string, string, string][] = [
    ['nobody', '', 'light-gone'],
    ['a GRBL controller', "Grbl 1.1h ['$' for help]\r\n", 'light-not-wled'],
    ['noise', '\u00ff\u0000\u00fe\u0001'.repeat(9), 'wrong-baud'],
    ['somebody', 'ok\r\n', 'light-not-wled'],
  ]
  test.each(lines)('%s on a serial port', async (_what, answer, code) => {
    const cable: SerialCable = new SerialCable('test:other', {
      opened: () => {},
      closed: () => {},
      receive: () => cable.send(Buffer.from(answer, 'latin1')),
    })
    const board = await WledSerial.open(cable.makeLine, true)
    await expect(openWledLight(board, config, undefined, { openMs: 200, setMs: 200 })).rejects.toMatchObject({ code })
    await board.close()
    expect(cable.isOpen).toBe(false)
  })
})

describe('answers', () => {
  test('whatever JSON comes, reading it gives an answer or null', () => {
    const whole = {
      state: {
        on: true,
        bri: 128,
        nl: { on: false },
        seg: [{ id: 0, on: true, bri: 9, fx: 0, col: [[1, 2, 3]], frz: false }],
      },
      info: { ver: '0.15.0', live: false, leds: { maxpwr: 850 } },
    }
    const places = [
      'state',
      'info',
      'on',
      'bri',
      'nl',
      'seg',
      'id',
      'fx',
      'col',
      'frz',
      'ver',
      'live',
      'leds',
      'maxpwr',
    ]
    const damaged = fc
      .tuple(fc.constantFrom(...places), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(256, -1, 1.5, [], {})))
      .map(
        ([place, value]) => JSON.parse(JSON.stringify(whole, (key, old) => (key === place ? value : old))) as unknown,
      )
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 3 }), damaged), value => {
        const answer = readWledAnswer(value)
        if (answer === null) return
        expect(answer.state !== null || answer.info !== null).toBe(true)
        for (const { bri, colour } of answer.state?.segments ?? []) {
          expect([bri, ...colour].every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('of a board that took the request there is no difference, of any other there is', async () => {
    const power = fc.double({ min: 0, max: 1, noNaN: true })
    const preset = fc.uniqueArray(fc.record({ id: fc.nat(3), power }), { selector: ({ id }) => id })
    const board = new VirtualWled()
    const cable = board.serial()
    const wire = await WledSerial.open(cable.makeLine, true)
    endings.push(() => wire.close())
    const lit = (segments: readonly { id: number; power: number }[]): string =>
      JSON.stringify(
        segments
          .filter(one => one.power > 0)
          .map(one => [one.id, Math.max(1, Math.round(one.power * 255))])
          .sort(),
      )
    await fc.assert(
      fc.asyncProperty(preset, preset, async (asked, other) => {
        const answer = await wire.exchange(lightRequest(asked, [0, 1, 2, 3]), 1000)
        expect(difference(asked, answer)).toBeNull()
        if (lit(asked) !== lit(other)) expect(difference(other, answer)).not.toBeNull()
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
