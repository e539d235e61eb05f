import { PassThrough } from 'node:stream'
import { afterEach, expect, it } from 'vitest'
import { pause } from '../../devices/deadline.ts'
import { scanners } from '../../devices/scanner/scanners.ts'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import { SerialCable } from '../../devices/virtual/serial-binding.ts'
import { answersOf, handNest, scannedNest, twinNest } from './nests.ts'

const terminal = () => new PassThrough() as unknown as NodeJS.ReadStream & PassThrough

it('a person lays cards in until there is no more, and what was typed ahead counts', async () => {
  const input = terminal()
  using answers = answersOf(input)
  const asked: string[] = []
  const nest = handNest(answers, question => void asked.push(question))
  input.write('\n\r\nq')
  expect(await nest.next(undefined)).toBe(true)
  expect(await nest.next(undefined)).toBe(true)
  const last = nest.next(undefined)
  input.write('\n')
  expect(await last).toBe(false)
  expect(asked).toHaveLength(3)
})

it('the end of the input is the end of the cards', async () => {
  const input = terminal()
  using answers = answersOf(input)
  const next = handNest(answers, () => {}).next(undefined)
  input.end()
  expect(await next).toBe(false)
})

it('an interruption ends the wait for a person', async () => {
  using answers = answersOf(terminal())
  const controller = new AbortController()
  const next = handNest(answers, () => {}).next(controller.signal)
  controller.abort(new Error('Ctrl-C'))
  await expect(next).rejects.toThrow('Ctrl-C')
})

it('the twin has one card after the other, and none after the last', async () => {
  const placed: unknown[] = []
  const cards = ['a', 'b'].map(name => ({ draw: async () => name as unknown as CardSurface }))
  const nest = twinNest({ place: card => void placed.push(card) }, cards)
  expect([await nest.next(undefined), await nest.next(undefined), await nest.next(undefined)]).toEqual([
    true,
    true,
    false,
  ])
  expect(placed).toEqual(['a', 'b', null])
})

it('what is typed before the first question, a password, is no answer', async () => {
  const input = new PassThrough()
  using answers = answersOf(input as unknown as NodeJS.ReadStream)
  const prompt = (chunk: Buffer) => void chunk
  input.on('data', prompt)
  input.write('the password\r')
  await new Promise(setImmediate)
  input.off('data', prompt)
  const answer = answers.next(undefined)
  input.write('q\n')
  expect(await answer).toBe('q')
})

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** A nest with a scanner at a virtual cable, whose light is heard. */
async function scanned() {
  const heard: string[] = []
  const cable: SerialCable = new SerialCable('test:scan', {
    opened: () => {},
    closed: () => {},
    receive: bytes => void heard.push(Buffer.from(bytes).toString()),
  })
  const opened = await scanners.open(
    { driver: 'serial', port: cable.path, trigger: { on: 'ON', off: 'OFF' } },
    { ports: () => cable.makeLine },
  )
  const input = terminal()
  const answers = answersOf(input)
  endings.push(
    () => answers[Symbol.dispose](),
    () => opened.close(),
  )
  const asked: string[] = []
  const find = (text: string) =>
    ({ BX1: 'BX1', '1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs': 'BX2', ABCDEFGHJKLMNPQRSTUVWXYZ: 'BX3' })[text] ?? null
  const nest = scannedNest({ scanner: opened.scanner, answers, ask: line => void asked.push(line), find })
  const send = async (text: string) => {
    await pause(10)
    cable.send(Buffer.from(text, 'latin1'))
  }
  return { nest, input, asked, heard, send, cable }
}

it('a card begins at its scan, by serial or address, and the light is off then', async () => {
  const { nest, send, heard } = await scanned()
  expect(nest.scanned).toBeNull()
  for (const [code, unit] of [
    ['BX1', 'BX1'],
    ['1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs', 'BX2'],
    // As long as a passphrase, and a serial of the public records all the same.
    ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'BX3'],
  ] as const) {
    const next = nest.next(undefined)
    await send(`${code}\r`)
    expect(await next).toBe(true)
    expect(nest.scanned).toBe(unit)
    expect(heard.splice(0)).toEqual(['ON', 'OFF'])
  }
})

it('a stray code, noise and Enter are told and start nothing, and a key is never repeated', async () => {
  const { nest, send, asked, input } = await scanned()
  const next = nest.next(undefined)
  const key = `6Pn${'J'.repeat(55)}`
  for (const code of ['BX9', key, key.slice(20), '\u00ff\u0000', 'QWERTYUPASDFGHJKLZXC']) await send(`${code}\r`)
  input.write('\n')
  await send('BX1\r')
  expect(await next).toBe(true)
  expect(asked.join('\n')).toContain('No card of the lot has')
  expect(asked.filter(line => line.includes('was thrown away'))).toHaveLength(3)
  expect(asked.join('\n')).toContain('are no text')
  expect(asked.join('\n')).toContain('Enter alone starts nothing')
  expect(asked.join('\n')).not.toMatch(/BX9|6Pn|JJJ|QWERTY/)
})

it('q ends it, an interruption too, and a scanner that is lost ends it as a rig fault', async () => {
  const { nest, input, cable, heard } = await scanned()
  const last = nest.next(undefined)
  await pause(10)
  input.write('q\n')
  expect(await last).toBe(false)
  expect(nest.scanned).toBeNull()
  const controller = new AbortController()
  const stopped = nest.next(controller.signal)
  controller.abort(new Error('Ctrl-C'))
  await expect(stopped).rejects.toThrow('Ctrl-C')
  expect(heard.join('')).toMatch(/^(?:ONOFF)+$/)
  const lost = nest.next(undefined)
  await pause(10)
  cable.pull()
  await expect(lost).rejects.toMatchObject({ code: 'port-lost', exitCode: 3 })
})
