import { expect, test } from 'vitest'
import { languageOf, languages } from './messages/index.ts'

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

test('no text is left untranslated', () => {
  const [en, de] = [texts(languages['en']), texts(languages['de'])]
  const same = en.filter((text, i) => text === de[i])
  expect(same).toEqual(['1. Passphrase', '2. Code', 'Passphrase'])
})

test('the first language of a person that the page speaks', () => {
  expect(languageOf(['fr-CH', 'de-CH', 'en'])).toBe('de')
  expect(languageOf(['ja', '__proto__', 'constructor'])).toBe('en')
  expect(languageOf([])).toBe('en')
})
