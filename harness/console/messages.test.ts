import { expect, test } from 'vitest'
import { paths, texts } from '../core/message-paths.testing.ts'
import { verdicts } from '../core/vocabulary.ts'
import { refusals } from './bench-state.ts'
import { languages } from './messages/index.ts'

test.each(Object.keys(languages))('%s says everything that English says, and nothing empty', tag => {
  expect(paths(languages[tag])).toEqual(paths(languages['en']))
  for (const text of texts(languages[tag])) expect(text.trim()).not.toBe('')
})

test('each verdict has a word of its own, and each refusal a sentence', () => {
  for (const { verdicts: words, refusals: sentences } of Object.values(languages)) {
    expect(new Set(verdicts.map(verdict => words[verdict])).size).toBe(verdicts.length)
    for (const refusal of refusals) expect(sentences[refusal]).toMatch(/\.$/)
  }
})
