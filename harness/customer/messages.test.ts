import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languageOf } from '../core/language.ts'
import { paths, texts } from '../core/message-paths.testing.ts'
import { languages } from './messages/index.ts'

test.each(Object.keys(languages))('%s says everything that English says, and nothing empty', tag => {
  expect(paths(languages[tag])).toEqual(paths(languages['en']))
  for (const text of texts(languages[tag])) expect(text.trim()).not.toBe('')
})

test('the page says every text that there is', () => {
  const folder = new URL('page/', import.meta.url)
  const sources = readdirSync(folder)
    .filter(name => name.endsWith('.tsx'))
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
  const said = new Set(sources.flatMap(textsSaidIn))
  // A group that is said by a name which only the moment knows (`words.refused[why]`) is said as a whole.
  const isSaid = (path: string) =>
    [...said].some(one => path === one || (one.endsWith('[') && path.startsWith(`${one.slice(0, -1)}.`)))
  const all = paths(languages['en']).map(path => path.slice(1))
  // A language names itself in the choice of languages, and nowhere else.
  expect(all.filter(path => !isSaid(path))).toEqual(['language'])
})

/** Paths of texts in a component's source: `words.run.clear`, `words.run[way]` as `run[`, and what `{ a, b } = words.code` takes out. */
function textsSaidIn(source: string): string[] {
  const names = new Map([['words', '']])
  for (const [, taken, from] of source.matchAll(/const \{([^}]+)\} = ((?:useWords\(\)|words)[\w.]*)/g)) {
    const group = from!.replace(/^(?:useWords\(\)|words)\.?/, '')
    for (const each of taken!.split(',')) {
      const [key = '', name = key] = each.split(':').map(part => part.trim())
      names.set(name, [group, key].filter(part => part !== '').join('.'))
    }
  }
  return [...names].flatMap(([name, path]) => {
    const uses = [...source.matchAll(new RegExp(`(?<![.\\w'])${name}\\b((?:\\.\\w+)*)(\\[?)`, 'g'))]
    return uses.map(([, tail, bracket]) => [path, ...tail!.split('.')].filter(part => part !== '').join('.') + bracket)
  })
}

test('no text is left untranslated', () => {
  const [en, de] = [texts(languages['en']), texts(languages['de'])]
  const same = en.filter((text, i) => text === de[i])
  expect(same).toEqual(['1. Passphrase', '2. Code', 'Passphrase'])
})

test('the first language of a person that the page speaks', () => {
  expect(languageOf(['fr-CH', 'de-CH', 'en'], languages)).toBe('de')
  expect(languageOf(['ja', '__proto__', 'constructor'], languages)).toBe('en')
  expect(languageOf([], languages)).toBe('en')
})
