import { expect, test } from 'vitest'
import { showProgress } from './progress.ts'

test('a terminal gets one line that is rewritten, never wider than itself', () => {
  const written: string[] = []
  const output = { isTTY: true, columns: 20, write: (text: string) => written.push(text) }
  {
    using progress = showProgress(output)
    progress.at('unit 1 of 8')
    progress.at('a line that is much longer than the terminal is wide')
    progress.say('unit 1: PASS')
  }
  expect(written.filter(text => text.includes('\n'))).toEqual([expect.stringContaining('unit 1: PASS\n')])
  for (const text of written)
    for (const line of text.replaceAll('\r\x1b[K', '\n').split('\n')) expect(line.length).toBeLessThan(20)
  expect(written.at(-1)).toBe('\r\x1b[K')
})

test('a log gets plain lines, not too many', () => {
  const written: string[] = []
  let time = 0
  const progress = showProgress({ write: (text: string) => written.push(text) }, 1000, () => time)
  for (; time < 3000; time += 100) progress.at(`at ${time}`)
  progress.say('done')
  expect(written).toEqual(['at 0\n', 'at 1000\n', 'at 2000\n', 'done\n'])
})

test('how long the rest takes is said of each piece of work by itself, once it is no guess', () => {
  const written: string[] = []
  let time = 0
  const progress = showProgress(
    { isTTY: true, columns: 80, write: (text: string) => written.push(text) },
    0,
    () => time,
  )
  progress.of('making', 0, 10)
  time = 5000
  progress.of('making', 5, 10)
  progress.of('judging', 0, 20)
  time = 9000
  progress.of('judging', 2, 20)
  expect(written.map(text => text.replace('\r\x1b[K', ''))).toEqual([
    'making: 0 of 10',
    'making: 5 of 10, 5 s left',
    'judging: 0 of 20',
    'judging: 2 of 20, 36 s left',
  ])
})
