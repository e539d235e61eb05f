import { expect, test } from 'vitest'
import { verdicts } from '../core/vocabulary.ts'
import { refusals } from './bench-state.ts'
import { languages } from './messages/index.ts'

/** Every text and every function of a language, by its path. */
function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`))
}

function texts(value: unknown): string[] {
  if (typeof value === 'function') return [value('1', '2')]
  if (typeof value === 'string') return [value]
  return Object.values(value as object).flatMap(texts)
}

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
