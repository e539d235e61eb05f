import { type AddressInfo, createServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { RigError } from '../../rig-error.ts'
import { openPty } from '../../virtual/pty.ts'
import { lights } from '../lights.ts'
import { VirtualModbus } from './modbus-board.testing.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const presets = { dome: [0], ring: [1, 2] } as const

async function openBoard(more: { unit?: number; presets?: typeof presets | { dome: readonly [9] } } = {}) {
  const board = new VirtualModbus()
  const tcpPort = await board.listen()
  endings.push(() => board.close())
  const config = { driver: 'relay-modbus-tcp', host: '127.0.0.1', tcpPort, settleMs: 1, presets, ...more } as const
  const opening = lights.open(config)
  opening.then(
    opened => endings.push(() => opened.close()),
    () => {},
  )
  return { board, opening }
}

test('opens dark whatever was closed, and each set is read back', async () => {
  const { board, opening } = await openBoard()
  const { light, identity } = await opening
  expect(board.coils).toEqual([false, false, false, true])
  expect(identity.warnings).toEqual([])
  await light.set('ring')
  expect(board.coils).toEqual([false, true, true, true])
  board.coils[1] = false
  await expect(light.confirm?.()).rejects.toMatchObject({ code: 'light-not-set', exitCode: 3 })
})

test('a coil that is not there and a unit that is not there are told apart', { timeout: 20_000 }, async () => {
  const noCoil = await openBoard({ presets: { dome: [9] } })
  await expect(noCoil.opening).rejects.toMatchObject({
    code: 'light-refused',
    message: expect.stringContaining('no such coil'),
  })
  const noUnit = await openBoard({ unit: 7 })
  await expect(noUnit.opening).rejects.toMatchObject({
    code: 'light-gone',
    message: expect.stringMatching(/\(unit 7\) do not answer: no answer within 800 ms/),
  })
})

test('a connection that was closed is told at once, not after a time-out, and is made again', {
  timeout: 20_000,
}, async () => {
  const { board, opening } = await openBoard()
  const { light, makeSafe } = await opening
  await light.set('dome')
  board.silent = true
  const setting = light.set('ring').catch((error: unknown) => error)
  setTimeout(() => board.hangUp(), 50)
  const began = performance.now()
  expect(await setting).toMatchObject({ code: 'light-gone', exitCode: 3 })
  expect(performance.now() - began).toBeLessThan(700)
  expect(light.preset).toBe('unknown')
  board.silent = false
  await light.set('ring')
  expect(board.coils.slice(0, 3)).toEqual([false, true, true])
  board.hangUp()
  await makeSafe(3000)
  expect(board.coils.slice(0, 3)).toEqual([false, false, false])
})

const pty = await openPty().catch(() => null)

test.skipIf(pty === null)('the same over a serial line, whose bytes come one by one', { timeout: 20_000 }, async () => {
  const board = new VirtualModbus()
  const terminal = pty!
  endings.push(() => terminal.close())
  let heard = Buffer.alloc(0)
  terminal.onBytes(bytes => {
    heard = Buffer.concat([heard, bytes])
    while (heard.length >= 8) {
      const answer = board.hearRtu(heard.subarray(0, 8))
      heard = heard.subarray(8)
      for (const byte of answer ?? []) terminal.write(Uint8Array.of(byte))
    }
  })
  const opened = await lights.open({ driver: 'relay-modbus-rtu', port: terminal.path, settleMs: 1, presets })
  endings.push(() => opened.close())
  expect(board.coils).toEqual([false, false, false, true])
  await opened.light.set('ring')
  expect(board.coils).toEqual([false, true, true, true])
  board.silent = true
  await expect(opened.light.confirm?.()).rejects.toMatchObject({ code: 'light-gone', exitCode: 3 })
  board.silent = false
  await opened.makeSafe(3000)
  expect(board.coils).toEqual([false, false, false, true])
})

test('nobody there is a sentence', async () => {
  const config = { driver: 'relay-modbus-tcp', host: '127.0.0.1', tcpPort: 1, presets } as const
  await expect(lights.open(config)).rejects.toMatchObject({ code: 'light-gone', exitCode: 3 })
})

test('unit 0, which is everybody and answered by nobody, is refused', () => {
  const config = { driver: 'relay-modbus-tcp', host: '10.0.0.5', unit: 0, presets }
  expect(lights.schema.safeParse(config).success).toBe(false)
})

test('whatever comes instead of an answer ends in a sentence', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async junk => {
      const server = createServer(socket => {
        socket.on('error', () => {})
        socket.on('data', request => {
          // The head of the answer is right, so that what follows it is looked at.
          socket.write(Buffer.concat([request.subarray(0, 4), Buffer.from([0, junk.length + 1, 1]), junk]))
          socket.end()
        })
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const config = { driver: 'relay-modbus-tcp', host: '127.0.0.1', tcpPort: port, settleMs: 0, presets } as const
      const error = await lights.open(config).then(
        opened => opened.close(),
        (caught: unknown) => caught,
      )
      if (error !== undefined) expect(error).toBeInstanceOf(RigError)
      server.close()
    }),
    { numRuns: 15, seed: 3 },
  )
})
