import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { canonicalJson } from '../canonical-json.ts'
import { SigningKey } from '../signing-key.ts'
import type { JournalEntry, Said } from './entry.ts'
import { openJournal, readJournal } from './journal-folder.ts'
import { writeAsBefore } from './old-names.testing.ts'
import { peopleOf } from './people.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-old-names-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const keyOfCarl = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(3)))

/** As carl signed it then: over the names as they were. */
function signedBefore({ kind, who = null, why = null, unit = null, station = null, facts = {} }: Said): Said {
  const act = canonicalJson({ format: 'assay-act-1', kind, who, why, unit, station, facts })
  return { kind, who, why, unit, station, facts: { ...facts, signature: keyOfCarl.sign(Buffer.from(act)) } }
}

const seen = (unit: string): Said => ({ kind: 'inspection', unit, station: 'sealed', facts: { verdict: 'FAIL' } })
const rejected = signedBefore({
  ...{ kind: 'disposition', who: 'carl', why: 'bent', unit: 'NXO-61362', station: 'sealed' },
  facts: { decision: 'reject' },
})
const scrapped = signedBefore({
  ...{ kind: 'lot-unit-out', who: 'carl', why: 'bent' },
  facts: { lot: 'L-1', unit: 'NXO-61362', as: 'scrapped' },
})

/** A journal of before with these entries, behind carl's own. */
async function journalOf(...all: readonly Said[]) {
  const carl = { name: 'carl', roles: ['quality'], publicKey: keyOfCarl.publicKey }
  await writeAsBefore(folder, [{ kind: 'person-added', who: 'carl', facts: carl }, ...all])
  return await readJournal(folder)
}

const behind = (entries: readonly JournalEntry[]) => entries.filter(({ kind }) => !/^(?:journal|person)-/.test(kind))

it('is read with each unit by its one name, and found by it, whatever it was called in lot files', async () => {
  await using journal = await journalOf(
    ...['NXO-61362', 'NXO61362', 'NXO 61362', 'NXO-61363'].map(seen),
    { kind: 'other-card', unit: 'NXO-61363', station: 'sealed', facts: { scanned: 'NXO-61362' } },
    { kind: 'lot-sample-drawn', facts: { lot: 'L-1', sample: ['NXO-61362', 'BX0000001'] } },
    { kind: 'inspection', facts: { spotCheck: { step: 'sealed', unit: 'NXO-61362' }, record: { unit: 'NXO-61362' } } },
  )
  const all = behind(await Array.fromAsync(journal.entries()))
  expect(all.map(({ unit }) => unit)).toEqual([...Array(3).fill('NXO61362'), 'NXO61363', 'NXO61363', null, null])
  expect(all.slice(4).map(({ facts }) => facts)).toEqual([
    { scanned: 'NXO61362' },
    { lot: 'L-1', sample: ['NXO61362', 'BX0000001'] },
    // A record is compared with the one that lies in a folder.
    { spotCheck: { step: 'sealed', unit: 'NXO61362' }, record: { unit: 'NXO-61362' } },
  ])
  for (const name of ['NXO61362', 'NXO-61362']) {
    expect(behind(await Array.fromAsync(journal.entriesAbout(name)))).toEqual(all.slice(0, 3))
    expect(behind(await Array.fromAsync(journal.entriesAboutUnits([name])))).toEqual([
      ...all.slice(0, 3),
      ...all.slice(5),
    ])
  }
  const told: JournalEntry[] = []
  expect((await journal.verify([], entry => void told.push(entry))).faults).toEqual([])
  expect(behind(told)).toEqual(all)
})

it('has what a person signed of a unit by another name, and of no other unit', async () => {
  await using journal = await journalOf(rejected, scrapped)
  const people = await peopleOf(journal.entriesOn('people'))
  const acts = behind(await Array.fromAsync(journal.entries()))
  expect(acts.map(({ unit, facts }) => unit ?? facts['unit'])).toEqual(['NXO61362', 'NXO61362'])
  for (const act of acts) {
    expect(people.mayAct(act, 'quality')).toBe(true)
    const { signedAs: _, ...bare } = act
    const other = {
      ...act,
      ...(act.unit === null ? { facts: { ...act.facts, unit: 'NXO61363' } } : { unit: 'NXO61363' }),
    }
    const decided = { ...act, facts: { ...act.facts, decision: 'inspect-again' } }
    for (const forged of [bare, other, decided]) expect(people.mayAct(forged, 'quality')).toBe(false)
  }
})

it('goes on under the one name, also where whoever writes has another', async () => {
  await (await journalOf(seen('NXO-61362')))[Symbol.asyncDispose]()
  await using journal = await openJournal(folder, { clock: () => new Date(), password: () => Promise.reject() })
  expect((await journal.append(seen('NXO-61362'))).unit).toBe('NXO61362')
  const about = behind(await Array.fromAsync(journal.entriesAbout('NXO61362')))
  expect(about.map(({ unit }) => unit)).toEqual(['NXO61362', 'NXO61362'])
})
