import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Random, uniformBelow } from '../../core/random.ts'
import { readJournal } from './journal-folder.ts'

/** What became of a journal whose writers were killed again and again. */
export interface KilledJournal {
  readonly kills: number
  /** Kills that came after entries were acknowledged, not while a process still started. */
  readonly killsAtWork: number
  /** Entries that writers had said were written. */
  readonly acknowledged: number
  readonly entries: number
  /** Everything that is wrong: empty when nothing acknowledged was lost or doubled. */
  readonly faults: readonly string[]
}

/** Writes entries as fast as it can and says of each that it is written. */
const writer = `
  import { openJournal } from ${JSON.stringify(new URL('./journal-folder.ts', import.meta.url).href)}
  const [folder, name] = process.argv.slice(1)
  const journal = await openJournal(folder, { clock: () => new Date(), password: () => Promise.reject(new Error('no password')) })
  for (let i = 0; ; i++) {
    await journal.append({ kind: 'inspection', unit: name + '.' + i, station: 'sealed', facts: { shiftMm: i / 7, text: 'x'.repeat(3000) } })
    process.stdout.write(name + '.' + i + '\\n')
  }
`

/**
 * Starts writers of one journal, two at a time, and kills each (kill -9) at a random instant of its work.
 * @param random when to kill
 */
export async function killedJournal(folder: string, kills: number, random: Random): Promise<KilledJournal> {
  const acknowledged: string[] = []
  let killed = 0
  let killsAtWork = 0
  const killOne = async (): Promise<void> => {
    for (let number = killed++; number < kills; number = killed++) {
      const args = ['--input-type=module', '-e', writer, folder, `writer${number}`]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const own: string[] = []
      createInterface({ input: child.stdout }).on('line', line => own.push(line))
      const closed = once(child, 'close')
      // Some at the start, most of them within the work.
      if (uniformBelow(random, 5) > 0) await Promise.race([once(child.stdout, 'data'), closed])
      await new Promise(resolve => setTimeout(resolve, uniformBelow(random, 150)))
      child.kill('SIGKILL')
      await closed
      if (own.length > 0) killsAtWork++
      acknowledged.push(...own)
    }
  }
  await Promise.all([killOne(), killOne()])
  await using journal = await readJournal(folder)
  const { faults } = await journal.verify()
  const units = (await Array.fromAsync(journal.entries())).flatMap(({ unit }) => unit ?? [])
  const there = new Set(units)
  return {
    kills,
    killsAtWork,
    acknowledged: acknowledged.length,
    entries: units.length,
    faults: [
      ...faults.map(({ sentence }) => sentence),
      ...acknowledged.filter(unit => !there.has(unit)).map(unit => `${unit} was acknowledged and is lost`),
      ...(units.length === there.size ? [] : [`${units.length - there.size} entries are doubled`]),
    ],
  }
}
