import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lights } from '../lights.ts'
import { type LcusAnswer, VirtualLcus } from './lcus-board.testing.ts'
import { lcusCommand, readLcusAnswer } from './lcus-relay.ts'

const presets = { dome: [1], ring: [2, 3] } as const

async function open(answer: LcusAnswer) {
  const board = new VirtualLcus(answer)
  const config = { driver: 'relay-lcus', port: board.cable.path, presets, settleMs: 1 } as const
  return { board, opened: await lights.open(config, { ports: () => board.cable.makeLine }) }
}

test('commands are the four bytes that the boards take', () => {
  // A0 01 01 A2 and A0 01 00 A1 of the makers' own sheets.
  expect([...lcusCommand(1, true)]).toEqual([0xa0, 1, 1, 0xa2])
  expect([...lcusCommand(1, false)]).toEqual([0xa0, 1, 0, 0xa1])
})

test('a board that does not answer is believed, and the rig says so', async () => {
  const { board, opened } = await open('nothing')
  expect(opened.identity.warnings).toEqual([expect.stringContaining('believed and not read back')])
  await opened.light.set('ring')
  expect(board.contacts).toEqual([false, true, true, true])
  await opened.close()
})

test.each(['lines', 'bytes'] as const)('a board that answers by %s is read back', async answer => {
  const { board, opened } = await open(answer)
  expect(opened.identity.warnings).toEqual([])
  board.dropEvery = 2
  await opened.light.set('ring')
  expect(board.contacts.slice(0, 3)).toEqual([false, true, true])
  // Its supply drops out: every contact opens behind the driver's back.
  board.contacts.fill(false)
  await expect(opened.light.confirm?.()).rejects.toMatchObject({ code: 'light-not-set', exitCode: 3 })
  expect(opened.light.preset).toBe('unknown')
  await opened.close()
})

test('a contact that does not close is told', { timeout: 20_000 }, async () => {
  const { board, opened } = await open('lines')
  board.dropEvery = 1
  await expect(opened.light.set('dome')).rejects.toMatchObject({
    code: 'light-not-set',
    message: expect.stringContaining('contacts 1 must be closed, and none are'),
  })
  await opened.close()
})

test('a plug that was pulled is a lost port, and is found again', { timeout: 20_000 }, async () => {
  const { board, opened } = await open('lines')
  await opened.light.set('dome')
  board.cable.pull()
  await expect(opened.light.confirm?.()).rejects.toMatchObject({ code: 'port-lost', exitCode: 3 })
  board.cable.putBack()
  await opened.light.set('ring')
  expect(board.contacts.slice(0, 3)).toEqual([false, true, true])
  await opened.makeSafe(3000)
  expect(board.contacts.slice(0, 3)).toEqual([false, false, false])
  await opened.close()
})

test('an answer tells every contact or nothing, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const found = readLcusAnswer(bytes, [1, 2])
      if (found !== null) expect([...found].every(channel => channel === 1 || channel === 2)).toBe(true)
    }),
  )
  expect(readLcusAnswer(Buffer.from('CH1: ON \r\nCH2: OF'), [1, 2])).toBeNull()
  expect(readLcusAnswer(Buffer.from('CH1: ON \r\nCH2: OFF\r\n'), [1, 2])).toEqual(new Set([1]))
  expect(readLcusAnswer(Uint8Array.of(0, 1, 1), [1, 2, 3, 4])).toBeNull()
  expect(readLcusAnswer(Uint8Array.of(0, 1, 1, 0), [1, 2, 3, 4])).toEqual(new Set([2, 3]))
})
