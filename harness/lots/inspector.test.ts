import { expect, it } from 'vitest'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { requireInspector } from './inspector.ts'

const added = (name: string, ...roles: string[]) =>
  ({
    kind: 'person-added',
    who: 'ann',
    at: '2026-11-21T08:00:00.000Z',
    facts: { name, roles, publicKey: null },
  }) as unknown as JournalEntry
const retired = (name: string) =>
  ({ kind: 'person-retired', who: 'ann', at: '2026-11-22T08:00:00.000Z', facts: { name } }) as unknown as JournalEntry

const asked = async (name: string | null, ...entries: readonly JournalEntry[]) =>
  await requireInspector(
    (async function* () {
      yield* entries
    })(),
    name,
  ).then(
    () => 'taken',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  )

it('takes who may inspect, nobody named, and anybody where no register is kept', async () => {
  const register = [added('ann', 'quality', 'operator'), added('tom', 'operator')]
  expect(await asked('tom', ...register)).toBe('taken')
  expect(await asked(null, ...register)).toBe('taken')
  expect(await asked('A. Inspector')).toBe('taken')
})

it('refuses a stranger, a slip of the pen, another role and whoever has retired', async () => {
  const register = [
    added('ann', 'quality'),
    added('rebecca', 'operator'),
    added('tom', 'operator'),
    added('wit', 'witness'),
    retired('tom'),
  ]
  expect(await asked('rebeca', ...register)).toMatch(
    /^operator-unknown: rebeca does not inspect here: .*did you mean rebecca/,
  )
  for (const name of ['wit', 'tom', 'mallory']) expect(await asked(name, ...register)).toMatch(/^operator-unknown/)
  // A register in which everybody has retired is one, too.
  expect(await asked('tom', added('tom', 'operator'), retired('tom'))).toMatch(/^operator-unknown/)
})
