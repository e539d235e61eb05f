import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { backUpJournal, journalFile, openJournal, readJournal, restoreJournal } from './journal-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-replaced-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const opening = { clock: () => new Date(), password: () => Promise.reject(new Error('nobody is there')) }
const said = (unit: string) => ({ kind: 'inspection', unit, station: 'sealed', facts: {} })

async function unitsIn(place: string): Promise<(string | null)[]> {
  await using journal = await readJournal(place)
  return (await Array.fromAsync(journal.entries())).map(({ unit }) => unit)
}

it('is not restored while another program has it open, and nothing that is said then is lost', async () => {
  const [place, backup] = [join(folder, 'journal'), join(folder, 'backup.sqlite')]
  const restore = async () =>
    await restoreJournal(place, backup, opening, async () => ({ kind: 'restored', facts: { size: 1 } }))
  {
    await using journal = await openJournal(place, opening)
    await journal.append(said('A'))
    await backUpJournal(place, backup)
    await expect(restore()).rejects.toMatchObject({ code: 'journal-busy' })
    await journal.append(said('B'))
    expect(await unitsIn(place)).toEqual([null, 'A', 'B'])
  }
  await backUpJournal(place, join(folder, 'later.sqlite'))
  await restoreJournal(place, join(folder, 'later.sqlite'), opening, async () => ({ kind: 'restored', facts: {} }))
  expect(await unitsIn(place)).toEqual([null, 'A', 'B', null])
})

it.each<[string, (place: string) => void]>([
  ['was moved away', place => renameSync(place, `${place}.old`)],
  ['was deleted', place => rmSync(place, { recursive: true })],
  [
    'was put in its place',
    place => {
      renameSync(place, `${place}.old`)
      cpSync(`${place}.old`, place, { recursive: true })
    },
  ],
  ['was put aside', place => renameSync(journalFile(place), `${journalFile(place)}.aside`)],
])('takes no word that nobody would find: its file %s', async (_, change) => {
  const place = join(folder, 'journal')
  await using journal = await openJournal(place, opening)
  await journal.append(said('A'))
  change(place)
  await expect(journal.append(said('B'))).rejects.toMatchObject({ code: 'journal-replaced' })
})
