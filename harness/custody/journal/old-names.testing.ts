import { canonicalJson } from '../canonical-json.ts'
import { nextEntry } from '../hash-chain.ts'
import { bodyOf, type Said, subjectOf } from './entry.ts'
import { journalFile, keyFile, openJournal } from './journal-folder.ts'
import { leafHash, rootOfPeaks, withLeaf } from './merkle.ts'
import { SqliteStore } from './sqlite-store.ts'
import { openStationKey } from './station-key.ts'
import { signedHead } from './tree-head.ts'
import { peaksText, readEntry } from './verify-entries.ts'

const nobody = () => Promise.reject(new Error('nobody is there to give a password'))

/** Goes on with a journal as Assay did before: each unit under the name that its lot file had for it. */
export async function writeAsBefore(folder: string, all: readonly Said[]): Promise<void> {
  await (await openJournal(folder, { clock: () => new Date(), password: nobody }))[Symbol.asyncDispose]()
  const key = await openStationKey(keyFile(folder), nobody)
  await using store = await SqliteStore.open(journalFile(folder), 'write')
  for (const said of all)
    await store.append(last => {
      const body = { ...bodyOf(said), unit: said.unit ?? null }
      const before = { size: last!.index + 1, hashes: last!.peaks.split(',').map(hash => Buffer.from(hash, 'hex')) }
      const entry = nextEntry(readEntry(last!.entry), body, new Date().toISOString(), key)
      const text = canonicalJson(entry)
      const peaks = withLeaf(before, leafHash(Buffer.from(text)))
      const head = signedHead(peaks.size, rootOfPeaks(peaks).toString('hex'), entry.at, key)
      return {
        index: entry.index,
        entry: text,
        subject: subjectOf(body),
        peaks: peaksText(peaks),
        head: canonicalJson(head),
      }
    })
}
