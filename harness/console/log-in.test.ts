import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../core/secret.ts'
import { LogInFaults, signedLogIn } from '../custody/journal/log-ins.ts'
import { peopleOf } from '../custody/journal/people.ts'
import { isSignedAct, signedAct } from '../custody/journal/signed-act.ts'
import { readPersonKey } from '../custody/person-key.ts'
import { type ConsoleServer, openConsoleServer } from './console-server.ts'
import { DeskKeys } from './desk-key.ts'
import type { JournalView } from './journal-view.ts'
import { addWithKey } from './log-in.testing.ts'
import { type Colleague, type LoggedIn, LogIns } from './log-in.ts'
import { type QuickBench, quickBench, sealed, until } from './quick-bench.testing.ts'
import { tokenHeader } from './token-header.ts'

const passphrase = 'correct horse battery staple'
const idleMs = 60_000
let folder: string
let quick: QuickBench
let server: ConsoleServer
let now: number
let keys: Record<'tom' | 'una' | 'quinn', string>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-log-in-'))
  quick = await quickBench({ logIn: true })
  now = 0
  const add = async (name: 'tom' | 'una' | 'quinn', role: 'operator' | 'release') =>
    (await addWithKey(quick.journal, folder, { name, role, passphrase })).key
  keys = { quinn: await add('quinn', 'release'), tom: await add('tom', 'operator'), una: await add('una', 'operator') }
  const una = readPersonKey(join(folder, 'una.key'))
  await serve(new DeskKeys(new Map([[una.publicKey, una]]), () => now))
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await quick[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function serve(deskKeys: DeskKeys): Promise<void> {
  const { useJournal } = quick
  server = await openConsoleServer({
    ...quick,
    keys: deskKeys,
    logIns: new LogIns({ useJournal, keys: deskKeys, idleMs, now: () => now }),
  })
}

async function post<T>(to: string, body: object, token?: string): Promise<T> {
  const answer = await fetch(`${server.url}${to}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      ...(token !== undefined && { [tokenHeader]: token }),
    },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as T
}

const logIn = async (body: object) => await post<{ done?: LoggedIn; why?: string; refused?: string }>('log-in', body)
const act = async (action: object, token?: string) =>
  (await post<{ refused: string | null }>('actions', action, token)).refused
const tokenOf = async (who: 'tom' | 'una') => (await logIn({ who, key: keys[who], passphrase })).done!.token
const logInsKept = async () =>
  (await Array.fromAsync(quick.journal.entries())).filter(({ kind }) => kind === 'console-log-in')

test('nobody works at a bench before they have logged in, and everybody may stop it', async () => {
  expect(await act({ do: 'begin' })).toBe('log-in')
  expect(await act({ do: 'examine' })).toBe('log-in')
  expect(await act({ do: 'begin' }, 'f'.repeat(32))).toBe('log-in')
  expect(quick.bench.state).toMatchObject({ phase: 'closed', logIn: true, person: null })
  const token = await tokenOf('tom')
  expect(await act({ do: 'begin' }, token)).toBeNull()
  await until(quick.bench, ({ phase }) => phase === 'asked')
  expect(await act({ do: 'answer' })).toBe('log-in')
  expect(await act({ do: 'stop', why: '' })).toBeNull()
  await until(quick.bench, ({ phase }) => phase === 'ended')
})

test('a card is judged by who has logged in, in records too; another person’s run is theirs', async () => {
  const [tom, una] = [await tokenOf('tom'), await tokenOf('una')]
  await act({ do: 'begin' }, tom)
  await until(quick.bench, ({ phase }) => phase === 'asked')
  expect(await act({ do: 'answer' }, una)).toBe('other-person')
  await act({ do: 'answer' }, tom)
  await until(quick.bench, ({ phase }) => phase === 'waiting')
  expect(await act({ do: 'judge' }, una)).toBe('other-person')
  await act({ do: 'judge' }, tom)
  const { newest, bench, person } = await until(quick.bench, ({ results }) => results.length === 1)
  expect([newest!.verdict, bench!.operator, person]).toEqual(['PASS', 'tom', 'tom'])
  await until(quick.bench, ({ phase }) => phase === 'waiting')
  await act({ do: 'finish' }, tom)
  await until(quick.bench, ({ phase }) => phase === 'ended')
  const inspection = (await Array.fromAsync(quick.journal.entries())).find(({ kind }) => kind === 'inspection')!
  expect(inspection.facts['record']).toMatchObject({ operator: 'tom' })
  expect(await act({ do: 'begin' }, una)).toBeNull()
  expect((await until(quick.bench, ({ phase }) => phase === 'asked')).person).toBe('una')
})

test('a reason to stop that the person of the run did not give is not said to be theirs', async () => {
  const [tom, una] = [await tokenOf('tom'), await tokenOf('una')]
  for (const [token, by] of [
    [undefined, 'Stopped at the console by somebody who was not logged in: I, tom, saw it.'],
    [una, 'Stopped at the console by una: I, tom, saw it.'],
    [tom, 'Stopped at the console: I, tom, saw it.'],
  ] as const) {
    await act({ do: 'begin' }, tom)
    await until(quick.bench, ({ phase }) => phase === 'asked')
    expect(await act({ do: 'stop', why: 'I, tom, saw it' }, token)).toBeNull()
    expect((await until(quick.bench, ({ phase }) => phase === 'ended')).said).toBe(by)
  }
})

test('nobody decides by their name alone where people log in', async () => {
  const people = await peopleOf(quick.journal.entriesOn('people'))
  const quinn = await readPersonKey(join(folder, 'quinn.key')).open(Secret.ofText(passphrase))
  const added = people.adding({ name: 'joe', roles: ['quality'], publicKey: null }, 'quinn')
  await quick.journal.append(signedAct(added, quinn))
  const token = await tokenOf('tom')
  await act({ do: 'begin' }, token)
  await until(quick.bench, ({ phase }) => phase === 'asked')
  await act({ do: 'answer' }, token)
  await until(quick.bench, ({ phase }) => phase === 'waiting')
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await act({ do: 'judge' }, token)
  await until(quick.bench, ({ results }) => results.length === 1)
  const about = { on: 'unit', unit: 'BX0000002', station: 'sealed', decision: 'inspect-again', why: 'nobody' }
  expect((await post<{ why?: string }>('decisions', { ...about, who: 'joe' })).why).toMatch(
    /signs with a key of their own/,
  )
  const { done } = (await (await fetch(`${server.url}journal`)).json()) as { done: JournalView }
  expect([done.deciders, done.failed.length]).toEqual([[], 1])
})

describe('somebody logs in', () => {
  test('with the key that the register has of them, and the journal keeps that they signed it', async () => {
    expect((await logIn({ who: 'tom', key: keys.tom, passphrase })).done).toMatchObject({ who: 'tom', idleMs })
    const [entry, ...more] = await logInsKept()
    expect(more).toEqual([])
    const people = await peopleOf(quick.journal.entriesOn('people'))
    expect(isSignedAct(entry!, people.find('tom')!.publicKey!)).toBe(true)
    expect(isSignedAct(entry!, people.find('una')!.publicKey!)).toBe(false)
  })

  test('each time with another signature: none proves another log-in, or one in another journal', async () => {
    const faults = async () => {
      const its = new LogInFaults()
      for await (const entry of quick.journal.entries()) its.take(entry)
      return its.found
    }
    await tokenOf('tom')
    await tokenOf('tom')
    const [first, second] = await logInsKept()
    expect(first!.facts['signature']).not.toBe(second!.facts['signature'])
    expect(await faults()).toEqual([])
    const elsewhere = await quickBench()
    const una = await readPersonKey(join(folder, 'una.key')).open(Secret.ofText(passphrase))
    const ofOther = await signedLogIn(elsewhere.journal, 'una', una, new Date())
    await elsewhere[Symbol.asyncDispose]()
    const ofBefore = await signedLogIn(quick.journal, 'una', una, new Date(Date.now() - 600_000))
    const { kind, who, facts } = first!
    for (const forged of [
      { kind, who, facts },
      { kind, who: 'una', facts },
      { kind, who, facts: {} },
      ofOther,
      ofBefore,
    ])
      await quick.journal.append(forged)
    expect(await faults()).toEqual([
      expect.stringMatching(/tom logged in: it was signed for another log-in/),
      expect.stringMatching(/una logged in: it is not signed by their key/),
      expect.stringMatching(/tom logged in: it is not signed by their key/),
      expect.stringMatching(/una logged in: it was signed for another journal/),
      expect.stringMatching(/una logged in: it was signed at .* and stands there since/),
    ])
  })

  test('with a key that the bench keeps by its passphrase alone', async () => {
    const { done } = (await (await fetch(`${server.url}people`)).json()) as { done: readonly Colleague[] }
    expect(done).toEqual([
      { name: 'tom', isHere: false },
      { name: 'una', isHere: true },
    ])
    expect((await logIn({ who: 'una', passphrase })).done).toMatchObject({ who: 'una' })
    expect((await logIn({ who: 'tom', passphrase })).why).toMatch(/choose its file/)
  })

  test.each([
    [
      'another person’s key',
      () => ({ who: 'tom', key: keys.una, passphrase }),
      /not the key that the register has of tom/,
    ],
    ['a wrong passphrase', () => ({ who: 'una', passphrase: 'correct horse battery' }), /password|passphrase/i],
    [
      'a role that judges no cards',
      () => ({ who: 'quinn', key: keys.quinn, passphrase }),
      /quinn does not inspect here/,
    ],
    ['a name that nobody has', () => ({ who: 'eve', key: keys.tom, passphrase }), /eve does not inspect here/],
    ['a file that is none', () => ({ who: 'tom', key: '{}', passphrase }), /is no key of a person/],
  ])('never with %s', async (_, asked, why) => {
    const { done, why: said } = await logIn(asked())
    expect(done).toBeUndefined()
    expect(said).toMatch(why)
    expect(said).not.toContain('horse')
    expect(await logInsKept()).toEqual([])
  })

  test('never once they have retired', async () => {
    const people = await peopleOf(quick.journal.entriesOn('people'))
    await quick.journal.append(people.retiring('tom', 'quinn', null))
    expect((await logIn({ who: 'tom', key: keys.tom, passphrase })).why).toMatch(/tom does not inspect here/)
  })

  test('not at once after a wrong passphrase of a decision, nor the other way round: it is one key', async () => {
    const decision = { on: 'unit', unit: 'BX0000001', station: 'sealed', decision: 'reject', why: 'x', who: 'una' }
    await act({ do: 'begin' }, await tokenOf('tom'))
    await until(quick.bench, ({ phase }) => phase === 'asked')
    await act({ do: 'answer' }, await tokenOf('tom'))
    await until(quick.bench, ({ phase }) => phase === 'waiting')
    await act({ do: 'judge' }, await tokenOf('tom'))
    await until(quick.bench, ({ results }) => results.length === 1)
    const decide = async (guess: string) =>
      (await post<{ why?: string }>('decisions', { ...decision, passphrase: guess })).why
    const said = await Promise.all(Array.from({ length: 8 }, async (_, i) => await decide(`guess ${i}`)))
    expect(said.filter(why => /try again in 1 s/.test(why!))).toHaveLength(7)
    expect(await decide(passphrase)).toMatch(/try again in 1 s/)
    expect((await logIn({ who: 'una', passphrase })).why).toMatch(/try again in 1 s/)
    now += 1001
    expect((await logIn({ who: 'una', passphrase: 'wrong wrong wrong' })).why).toMatch(/password|passphrase/i)
    expect(await decide(passphrase)).toMatch(/try again in 2 s/)
  })

  test('not at once after a wrong passphrase: each wrong one makes the next wait longer', async () => {
    const wrong = async () => (await logIn({ who: 'una', passphrase: 'wrong wrong wrong' })).why
    expect(await wrong()).toMatch(/password|passphrase/i)
    expect((await logIn({ who: 'una', passphrase })).why).toBe('That was wrong before: try again in 1 s.')
    now += 1001
    expect(await wrong()).toMatch(/password|passphrase/i)
    now += 1001
    expect((await logIn({ who: 'una', passphrase })).why).toBe('That was wrong before: try again in 1 s.')
    expect((await logIn({ who: 'tom', key: keys.tom, passphrase })).done).toBeDefined()
    now += 1001
    expect((await logIn({ who: 'una', passphrase })).done).toBeDefined()
    expect(await wrong()).toMatch(/password|passphrase/i)
    expect((await logIn({ who: 'una', passphrase })).why).toBe('That was wrong before: try again in 1 s.')
  })
})

test('who does nothing for a while has to log in again, and who logs out at once', async () => {
  const token = await tokenOf('tom')
  now += idleMs - 1
  expect(await act({ do: 'begin' }, token)).toBeNull()
  now += idleMs - 1
  await until(quick.bench, ({ phase }) => phase === 'asked')
  expect(await act({ do: 'judge' }, token)).toBe('not-now')
  now += idleMs + 1
  expect(await act({ do: 'answer' }, token)).toBe('log-in')
  const again = await tokenOf('tom')
  expect(await act({ do: 'answer' }, again)).toBeNull()
  await until(quick.bench, ({ phase }) => phase === 'waiting')
  await post('log-out', {}, again)
  expect(await act({ do: 'judge' }, again)).toBe('log-in')
})

test.each([
  {},
  { who: 'tom' },
  { who: 'tom', passphrase: '' },
  { who: 3, passphrase },
  { who: 'tom', passphrase, more: 1 },
])('what is no log-in is refused without being repeated (%#)', async none => {
  expect(await logIn(none)).toEqual({ refused: 'action-unknown' })
})

test('where nobody logs in, nobody can', async () => {
  await server[Symbol.asyncDispose]()
  server = await openConsoleServer(quick)
  expect(await logIn({ who: 'tom', key: keys.tom, passphrase })).toEqual({ refused: 'action-unknown' })
})
