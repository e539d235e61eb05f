import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import { answersOf, handNest, twinNest } from './nests.ts'

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
