/** A console over quick eyes that is killed: `killed-console JOURNAL [PORT PATH]`. Says its address once it serves. */
import { peopleOf } from '../custody/journal/people.ts'
import { openConsoleServer } from './console-server.ts'
import { quickBench, sealed } from './quick-bench.testing.ts'

const [journalFolder, port, path] = process.argv.slice(2)
const quick = await quickBench({ journalFolder: journalFolder! })
// Every third card fails.
let looks = 0
Object.defineProperty(quick, 'card', {
  get: () => sealed(quick.units[looks++ % 2]!, looks % 3 === 0 ? { serialCard: 'BX0000009' } : {}),
})
const people = await peopleOf(quick.journal.entriesOn('people'))
if (people.all.length === 0)
  await quick.journal.append(people.adding({ name: 'quinn', roles: ['quality'], publicKey: null }, null))
const server = await openConsoleServer({ ...quick, ...(path !== undefined && { port: Number(port), path }) })
process.stdout.write(`${server.url}\n`)
