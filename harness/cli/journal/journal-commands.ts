import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import { printable } from '../../core/printable.ts'
import { clockSet, type JournalEntry } from '../../custody/journal/entry.ts'
import {
  backUpJournal,
  makeSealedJournal,
  refuseOverwriting,
  restoreJournal,
} from '../../custody/journal/journal-folder.ts'
import { LogInFaults } from '../../custody/journal/log-ins.ts'
import { peopleOf } from '../../custody/journal/people.ts'
import { JournalProof, proofFaults } from '../../custody/journal/proof.ts'
import { TreeHead } from '../../custody/journal/tree-head.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { firstPass, type Standing, standings } from '../../lots/attempts.ts'
import { type KnownSpotCheck, spotChecksIn } from '../../lots/spot-checks.ts'
import { judgedIn } from '../../record/journal-kinds.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { printDocument } from '../terminal.ts'
import { typedUnitIn } from '../typed-serial.ts'
import { replaceFile, writing } from '../write-file.ts'
import { type SigningOptions, signedByWho } from './sign-act.ts'
import {
  type JournalOptions,
  journalFolder,
  newPassword,
  openStationJournal,
  passwordsAskedOnce,
  readStationJournal,
} from './station-journal.ts'

/** A file or a wish of `assay journal` that cannot be used. */
export class JournalInputError extends AssayError {
  override readonly name = 'JournalInputError'
}

export async function make(
  options: JournalOptions & { readonly sealed?: boolean },
  context: CommandContext,
): Promise<void> {
  const folder = await journalFolder(options)
  if (!options.sealed) {
    await using journal = await openStationJournal(options, context.signal)
    return sayHead(options, await journal.head(), [`The journal in ${folder} is made; its key lies open beside it.`])
  }
  using password = await newPassword(options, context.signal, true)
  await using journal = await makeSealedJournal(folder, password, () => new Date())
  sayHead(options, await journal.head(), [`The journal in ${folder} is made; its key is sealed by the password.`])
}

interface VerifyOptions extends JournalOptions {
  readonly head: readonly string[]
  readonly proof?: string
}

export async function verify(options: VerifyOptions, context: CommandContext): Promise<void> {
  const kept = options.head.map(file => readHeadFile(file))
  if (options.proof !== undefined) return verifyProof(options.proof, kept, options, context)
  await using journal = await readStationJournal(options)
  const clocks: JournalEntry[] = []
  const logIns = new LogInFaults()
  const verified = await journal.verify(kept, entry => {
    logIns.take(entry)
    if (entry.kind === clockSet) clocks.push(entry)
  })
  const { size, root, signer } = verified
  const faults = [...verified.faults, ...logIns.found.map(sentence => ({ code: 'log-in-unproved', sentence }))]
  say(options, { ...verified, faults }, [
    `${journal.place}: ${size} entries, root ${root.slice(0, 16)}`,
    ...(signer === null ? [] : [`  written with the key ${fingerprint(signer)}`]),
    ...clocks.map(
      ({ index, who, why }) =>
        `  until entry ${index} the clock was another, says ${printable(who ?? 'nobody')}: ${printable(why ?? '')}`,
    ),
    ...faults.map(({ sentence }) => `FAULT: ${sentence}`),
    faults.length > 0
      ? `${faults.length} faults.`
      : kept.length > 0
        ? 'Nothing is wrong.'
        : 'Nothing is wrong as far as can be seen from within; name a head that was kept outside (--head FILE) to see a cut end.',
  ])
  if (faults.length > 0) context.exit(exitCodes.failed)
}

function verifyProof(file: string, kept: readonly TreeHead[], options: JournalOptions, context: CommandContext): void {
  const read = JournalProof.safeParse(parseJson(readText(file)))
  if (!read.success) throw new JournalInputError('proof-unreadable', `${file} is no proof of a journal.`)
  const faults = proofFaults(read.data, kept)
  const { index, head } = read.data
  const isHeld = kept.length > 0
  say(options, { index, head, faults, heldAgainstKeptHead: isHeld }, [
    ...faults.map(fault => `FAULT: ${fault}`),
    faults.length > 0
      ? `The proof does not hold.`
      : !isHeld
        ? `Nothing is proved: the proof holds by the head that it brings along (${head.size} entries until ${head.at}, key ${fingerprint(head.signer)}), and anybody can make such a head. Name one that was kept outside: --head FILE.`
        : `Entry ${index} stands in the journal of ${head.size} entries that ${fingerprint(head.signer)} signed at ${head.at}.`,
  ])
  if (faults.length > 0) context.exit(exitCodes.failed)
  else if (!isHeld) context.exit(exitCodes.inconclusive)
}

export async function list(options: JournalOptions & { readonly unit?: string }): Promise<void> {
  await using journal = await readStationJournal(options)
  const unit = options.unit === undefined ? undefined : await typedUnitIn(journal, options.unit)
  const all = await Array.fromAsync(unit === undefined ? journal.entries() : journal.entriesAbout(unit))
  const entries = unit === undefined ? all : all.filter(entry => entry.unit === unit)
  const everyUnit = standings(all)
  const units = everyUnit.filter(one => one.unit === unit)
  const checks = await spotChecksIn(all)
  say(options, { entries, standings: units }, [
    ...entries.map(entryLine),
    ...units.map(standingLine),
    ...(unit === undefined ? [] : spotCheckLines(unit, checks)),
    ...(unit === undefined ? firstPassLines(everyUnit) : []),
    ...(entries.length === 0
      ? [`Nothing is in the journal${unit === undefined ? '' : ` of unit ${printable(unit)}`}.`]
      : []),
  ])
}

export async function prove(index: number, options: JournalOptions & { readonly out?: string }): Promise<void> {
  await using journal = await readStationJournal(options)
  writeDocument(await journal.prove(index), options.out)
}

export async function head(options: JournalOptions & { readonly out?: string }): Promise<void> {
  await using journal = await readStationJournal(options)
  const its = await journal.head()
  if (its === null) throw new JournalInputError('journal-empty', `${journal.place} has no entry yet.`)
  if (options.out !== undefined) refuseOverwriting(options.out)
  if (options.out !== undefined) writeDocument(its, options.out)
  if (options.out === undefined || options.json) sayHead(options, its, [])
}

export async function backUp(file: string, options: JournalOptions): Promise<void> {
  const its = await backUpJournal(await journalFolder(options), file)
  sayHead(options, its, [`The journal is copied to ${file}; its key is not in it.`])
}

export async function restore(
  file: string,
  options: JournalOptions & SigningOptions & { readonly by: string; readonly why: string },
  context: CommandContext,
): Promise<void> {
  const { by: who, why } = options
  const folder = await journalFolder(options)
  const passwords = passwordsAskedOnce(options, context.signal)
  const opening = { clock: () => new Date(), password: passwords.password }
  const { head, backup, aside } = await restoreJournal(folder, file, opening, async from => {
    const people = await peopleOf(from.entriesOn('people'))
    // A journal from before anybody was in a register has nobody to ask for.
    if (people.all.length > 0 && !people.isActive(who)) {
      throw new JournalInputError(
        'person-unknown',
        `${printable(who)} is nobody who works here, by the register of ${file} (assay people list). Nothing was changed.`,
      )
    }
    const { size, root, at } = (await from.head())!
    return await signedByWho({ kind: 'restored', who, why, facts: { size, root, at } }, people, options, context.signal)
  })
  sayHead(options, head, [
    `${file} is put back to ${folder}: ${backup.size} entries, the last of ${backup.at}.`,
    ...(aside === null
      ? []
      : [
          `What was there is kept as ${aside.path}; it had ${aside.entries === null ? 'entries that cannot be counted any more' : `${aside.entries} entries`}.`,
        ]),
  ])
}

function entryLine(entry: JournalEntry): string {
  const { index, at, kind, who, why, unit, station, facts } = entry
  const about = [
    unit ?? (kind === 'alarm' && typeof facts['unit'] === 'string' ? facts['unit'] : null) ?? unknownIn(kind),
    station,
    kind === 'inspection' ? judgedIn(facts).verdict : null,
    kind === 'spot-check' && typeof facts['verdict'] === 'string' ? facts['verdict'] : null,
    typeof facts['decision'] === 'string' ? facts['decision'] : null,
    typeof facts['entry'] === 'number' ? `entry ${facts['entry']}` : null,
    typeof facts['name'] === 'string' ? facts['name'] : null,
    typeof facts['file'] === 'string' ? facts['file'] : null,
    typeof facts['because'] === 'string' ? facts['because'] : null,
    who === null ? null : `by ${who}`,
    why === null ? null : `because: ${why}`,
  ]
  const said = about
    .filter(part => part !== null)
    .filter(part => part !== '')
    .map(printable)
  return [String(index).padStart(6), at, kind.padEnd(14), ...said].join('  ').trimEnd()
}

const unknownIn = (kind: string) => (kind === 'inspection' || kind === 'alarm' ? 'unknown unit' : null)

/** «sealed: 20 of 38 passed at their first attempt». */
function firstPassLines(all: readonly Standing[]): readonly string[] {
  return [...new Set(all.map(({ station }) => station))].map(station => {
    const counts = firstPass(all, station)
    const units = Object.values(counts).reduce((sum, count) => sum + count, 0)
    return `${printable(station)}: ${counts.PASS} of ${units} passed at their first attempt`
  })
}

/** What a unit's spot check came to, whatever its steps show by themselves. */
function spotCheckLines(unit: string, checks: ReadonlyMap<string, KnownSpotCheck>): readonly string[] {
  const check = checks.get(unit)
  if (check === undefined) return []
  const { isOpen, unread, came, done } = check
  const how = isOpen
    ? `was broken off when the unit was ${done.at(-1)!.step}: assay spot-check goes on there`
    : `came to ${came?.verdict ?? 'INCONCLUSIVE'}, and the unit is spent. ${printable(came?.because ?? unread?.why ?? '')}`
  return [`The spot check of ${printable(unit)} ${how.trimEnd().replace(/\.$/, '')}.`]
}

export function standingLine({ unit, station, verdict, because, attempts, counts, again }: Standing): string {
  const which = counts === null ? '' : `, attempt ${counts} of ${attempts.length} counts`
  const more =
    verdict === 'FAIL' && again.length > 0 ? ` ${again.join()} decided to inspect it again; it takes one more.` : ''
  return `${printable(unit)} at ${printable(station)}: ${verdict}${which}. ${printable(because)}${more}`
}

function sayHead(options: JournalOptions, its: TreeHead | null, lines: readonly string[]): void {
  const shown =
    its === null
      ? []
      : [`${its.size} entries until ${its.at}, root ${its.root}`, `  signed with the key ${fingerprint(its.signer)}`]
  say(options, its, [...lines, ...shown])
}

/** A head from its file. */
function readHeadFile(file: string): TreeHead {
  const read = TreeHead.safeParse(parseJson(readText(file)))
  if (read.success) return read.data
  throw new JournalInputError('head-unreadable', `${file} is no head of a journal (assay journal head --out FILE).`)
}

function readText(file: string): string {
  try {
    return readOutside(file, 'record').toString('utf8')
  } catch (cause) {
    const why = cause instanceof OutsideFileError ? `it ${cause.clause}` : 'unknown'
    throw new JournalInputError('file-unreadable', `${file} cannot be read (${why}).`, { cause })
  }
}

function writeDocument(document: unknown, out: string | undefined): void {
  const text = `${JSON.stringify(document, null, 2)}\n`
  if (out === undefined) printDocument(document)
  else writing(out, 'file-unwritable', 'choose another place with --out', () => replaceFile(out, text))
}
