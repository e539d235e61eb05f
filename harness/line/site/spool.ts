import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Random } from '../../core/random.ts'
import type { Secret } from '../../core/secret.ts'
import { fileError } from '../../custody/custody-error.ts'
import { closing, openSynchronous, writeAt, writeDurably } from '../../custody/durable-file.ts'
import { eraseFile } from '../../custody/erase.ts'
import type { SealedStore } from '../../custody/sealed-store.ts'
import { SerialText } from '../ledger/ledger-entry.ts'
import type { StepName } from '../ledger/steps.ts'
import { LineError } from '../line-error.ts'
import { optional } from '../line-settings.ts'
import { type LotDesk, openStore } from './lot-desk.ts'

/*
 * The folder that a printer or a laser takes its files from: the one place where a secret lies open, for as long as the
 * machine needs it.
 */

const kept = 'spools.json'

/** Types of file systems that live in memory (Linux, statfs(2)): tmpfs, ramfs. */
const memoryTypes = [0x01021994, 0x858458f6]

export const SpoolRequest = z.strictObject({
  lot: z.string(),
  /** Absolute path of the folder that the machine takes its files from. */
  spool: z.string(),
  /** Only these units; null for all that wait for the step. */
  serials: optional(z.array(SerialText).min(1)),
})
export type SpoolRequest = z.infer<typeof SpoolRequest>

export const PrintRequest = SpoolRequest.extend({
  dotsPerMm: optional(z.number().positive()),
  addressKind: optional(z.string()),
})
export type PrintRequest = z.infer<typeof PrintRequest>

/** What a machine makes of units, and how a person is told. */
interface SpooledStep<Unit> {
  readonly step: StepName
  readonly doing: string
  units(store: SealedStore): Iterable<Unit>
}

/**
 * Puts each unit's files into the spool and writes the step down, each unit once.
 * @param draw gets `put`, which puts a file of the unit there: `SERIAL.ENDING`
 * @returns how many units
 * @throws LineError `spool-on-drive`, `step-out-of-order`
 */
export async function spoolUnits<Unit extends { readonly serial: string }>(
  desk: LotDesk,
  { spool, serials }: SpoolRequest,
  { step, doing, units }: SpooledStep<Unit>,
  draw: (unit: Unit, put: (ending: string, content: Secret) => void) => Promise<void>,
): Promise<number> {
  const { ledger, workplace } = desk
  const waiting = new Set(serials ?? ledger.progress.without(step))
  ledger.require(step, [...waiting])
  openSpool(desk, spool)
  using store = await openStore(desk)
  let done = 0
  for (const unit of units(store)) {
    if (!waiting.has(unit.serial)) continue
    workplace.signal.throwIfAborted()
    await draw(unit, (ending, content) => spoolFile(join(spool, `${unit.serial}.${ending}`), content, workplace.random))
    ledger.write(step, [unit.serial])
    workplace.tell({ news: 'progress', doing, done: ++done, total: waiting.size })
  }
  return done
}

function openSpool(desk: LotDesk, folder: string): void {
  if (desk.ledger.progress.settings.spool === 'memory' && !memoryTypes.includes(statfsSync(folder).type)) {
    throw new LineError(
      'spool-on-drive',
      `${folder} is not in memory (tmpfs), and what is printed or etched may not lie open on a drive. Use a folder such as /dev/shm/spool, or begin the lot with the setting «spool»: «drive».`,
    )
  }
  const known = spoolsOf(desk.folder)
  if (!known.includes(folder)) writeDurably(join(desk.folder, kept), `${JSON.stringify([...known, folder])}\n`)
}

/** Every spool that the lot has used: an erasure is over when nothing is left in any of them. */
export function spoolsOf(lotFolder: string): string[] {
  const path = join(lotFolder, kept)
  return existsSync(path) ? z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8'))) : []
}

/** Puts a file into the spool; one that a cut-off command left there is overwritten in place. */
function spoolFile(path: string, content: Secret, random: Random): void {
  const bytes = content.expose()
  try {
    eraseFile(path, random)
    closing(openSynchronous(path, 'new', 0o600), file => writeAt(file, bytes, 0))
  } catch (cause) {
    throw fileError(path, 'written', cause)
  } finally {
    bytes.fill(0)
  }
}

/** Overwrites and removes what the lot has in a spool. @returns bytes overwritten, one number a file */
export function eraseSpool(folder: string, serials: readonly string[], random: Random): number[] {
  if (process.permission?.has('fs.write', folder) === false) {
    throw new LineError(
      'spool-unreachable',
      `The spool ${folder} may hold files of the lot, and this process was not let into it. Erase with: assay line … erase.`,
    )
  }
  if (!existsSync(folder)) return []
  const own = readdirSync(folder).filter(name => serials.some(serial => name.startsWith(`${serial}.`)))
  return own.map(name => eraseFile(join(folder, name), random))
}
