import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseJson } from '../../core/parse-json.ts'
import { type Random, uniformBelow } from '../../core/random.ts'
import { readJournal } from './journal-folder.ts'

/** A command that inspects, and prints one JSON document for each result that it acknowledges. */
export interface KilledCommand {
  /** What node is started with, for the nth kill. */
  args(kill: number): readonly string[]
  /** Its --out. */
  readonly out: string
  /** About how long it takes to its first result, ms. */
  readonly startMs: number
  /** About how long one result takes, ms. */
  readonly resultMs: number
}

/** What became of the results of commands that were killed again and again. */
export interface KilledCommands {
  readonly kills: number
  /** Kills that came after a result was acknowledged. */
  readonly killsAtWork: number
  readonly acknowledged: number
  readonly inspections: number
  /** Everything that is wrong: empty when nothing acknowledged was lost or doubled, and no killed run reads green. */
  readonly faults: readonly string[]
}

/**
 * Starts one command after the other and kills each (kill -9) at a random instant, then looks at what is left.
 * @param journal the folder that the commands write to, by ASSAY_JOURNAL
 */
export async function killedCommands(
  commands: readonly KilledCommand[],
  journal: string,
  kills: number,
  random: Random,
  onKill: (kill: number) => void = () => {},
): Promise<KilledCommands> {
  const acknowledged: string[] = []
  const faults: string[] = []
  let killsAtWork = 0
  for (let kill = 0; kill < kills; kill++) {
    const { args, out, startMs, resultMs } = commands[kill % commands.length]!
    // One that a run before wrote at its end says nothing of this one, which may be killed before it begins its own.
    rmSync(junitOf(out), { force: true })
    const child = spawn(process.execPath, args(kill), {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ASSAY_JOURNAL: journal },
    })
    const closed = once(child, 'close')
    const own: string[] = []
    const lines = createInterface({ input: child.stdout })
    lines.on('line', line => own.push(...resultIn(line)))
    // Some at the start, most of them within the work.
    const isAtStart = uniformBelow(random, 5) === 0
    if (!isAtStart) await Promise.race([once(lines, 'line'), closed])
    const within = isAtStart ? startMs : resultMs * 3
    await Promise.race([new Promise(resolve => setTimeout(resolve, uniformBelow(random, within))), closed])
    const isKilled = child.kill('SIGKILL')
    await closed
    if (isKilled && own.length > 0) killsAtWork++
    acknowledged.push(...own)
    onKill(kill + 1)
    if (isKilled && child.signalCode === 'SIGKILL' && readsGreen(out)) {
      faults.push(`the junit.xml of a run that was killed reads green: ${out}`)
    }
  }
  await using reader = await readJournal(journal)
  const verified = await reader.verify()
  const kept = (await Array.fromAsync(reader.entries())).flatMap(({ kind, facts }) =>
    kind === 'inspection' ? [keyOf(facts['record'], facts['files'])] : [],
  )
  const there = new Set(kept)
  return {
    kills,
    killsAtWork,
    acknowledged: acknowledged.length,
    inspections: kept.length,
    faults: [
      ...faults,
      ...verified.faults.map(({ sentence }) => sentence),
      ...acknowledged.filter(key => !there.has(key)).map(key => `${key} was acknowledged and is lost`),
      ...(kept.length === there.size ? [] : [`${kept.length - there.size} inspections are doubled`]),
    ],
  }
}

/** What tells one inspection from every other: the photograph's file, or its readings and when it began. */
function keyOf(record: unknown, files: unknown): string {
  if (Array.isArray(files) && files.length > 0) return String(files[0])
  const { photographs, started } = record as { photographs: readonly { id: string }[]; started: string }
  return JSON.stringify([photographs.map(({ id }) => id), started])
}

/** The inspection that a line acknowledges. */
function resultIn(line: string): string[] {
  const read = parseJson(line) as { event?: unknown; photo?: unknown } | undefined
  if (typeof read?.photo === 'string') return [read.photo]
  return read?.event === 'inspection' ? [keyOf(read, [])] : []
}

const junitOf = (out: string) => join(out, 'junit.xml')

function readsGreen(out: string): boolean {
  const file = junitOf(out)
  return existsSync(file) && /<testsuites [^>]*failures="0" errors="0"/.test(readFileSync(file, 'utf8'))
}
