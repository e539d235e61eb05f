import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckName, StationName } from '../../core/vocabulary.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { DrawnFacts, PlannedFacts } from '../../lots/release/lot-kinds.ts'
import type { LotIdentity } from '../../lots/release/lot-rows.ts'
import { goldenCard, inspection, madeAddress, madeCounts, madeRecord } from '../../lots/release/made-lot.testing.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { type Ended, runCommand, typing } from '../run-command.testing.ts'

/** A workplace for tests: the commands run in this process, and what a rig would say is written into the journal. */

export const passphrase = 'correct horse battery staple'

function freshPlace(units = 20): string {
  const place = mkdtempSync(join(tmpdir(), 'assay-release-'))
  const serials = Array.from({ length: units }, (_, i) => `BX${String(i + 1).padStart(7, '0')}`)
  const lot = {
    lot: 'L-0042',
    product: 'assay-reference',
    units: serials.map(serial => ({ serial, address: madeAddress(serial) })),
  }
  writeFileSync(join(place, 'lot.json'), JSON.stringify(lot))
  return place
}

/** A command as if a person stood in `place`; who is asked for a passphrase gives the one above. */
export async function run(place: string, args: readonly string[], given = passphrase): Promise<Ended> {
  const asks = /^(?:people key|lot sign) /.test(args.join(' ')) || args.includes('--sign-with')
  return await runCommand(place, asks ? [...args, ...typing(place, '--passphrase-fd', given)] : args)
}

/** The commands of a guide's block of this language, words as a shell has them. */
export function commandsIn(page: string, language: string): readonly (readonly string[])[] {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))]
  return blocks
    .flatMap(([, block]) => block!.trim().split('\n'))
    .map(command => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!))
}

type Over = (unit: string, station: StationName) => Partial<InspectionRecord> | null

/** What a rig says of units at a station, by the lot's plan. @param over what is otherwise; null: the unit was never seen there */
export async function seen(place: string, stations: readonly StationName[], over: Over = () => ({})): Promise<void> {
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  const bytes = readFileSync(join(place, 'lot.json'))
  const file = JSON.parse(bytes.toString()) as { lot: string; units: { serial: string }[] }
  const lot: LotIdentity = {
    lot: file.lot,
    recordsSha256: sha256Of(bytes),
    serials: file.units.map(({ serial }) => serial),
  }
  let plan: PlannedFacts | null = null
  let drawn: readonly string[] = []
  for await (const { kind, facts: said } of journal.entriesOn('lots')) {
    const { signature: _, ...facts } = said
    if (kind === 'lot-planned') plan = PlannedFacts.parse(facts)
    if (kind === 'lot-sample-drawn') drawn = DrawnFacts.parse(facts).sample
  }
  const { path, opening, profileSha256 } = plan!
  const { rig } = over('', 'sealed') ?? {}
  const passing = (checks: readonly CheckName[]) => ({
    plannedChecks: [...checks],
    findings: checks.map(check => ({ check, verdict: 'PASS' as const, because: 'Right.', marks: [] })),
  })
  const { checks: sealedChecks, planSha256: sealedPlan } = path.find(({ station }) => station === 'sealed')!
  const sealed = { ...passing(sealedChecks), planSha256: sealedPlan! }
  const now = () => {
    const at = new Date().toISOString()
    return { started: at, ended: at }
  }
  const seeGolden = async () => {
    const record = madeRecord(lot, 'GG0000001', 'sealed', { ...now(), ...sealed, ...(rig && { rig }) })
    const { facts, ...said } = goldenCard(lot)
    await journal.append({ ...said, facts: { ...facts, judgedBy: { profileSha256 }, record } })
  }
  await seeGolden()
  for (const station of stations) {
    const { checks, planSha256 } = [...path, opening!].find(one => one.station === station)!
    for (const unit of station === 'opened' ? drawn : lot.serials) {
      const otherwise = over(unit, station)
      if (otherwise === null) continue
      if (station === 'opened')
        await journal.append({ kind: 'unit-destroyed', who: 'tom', unit, facts: { by: 'spot-check' } })
      const record = { ...now(), ...passing(checks), planSha256: planSha256!, ...otherwise }
      await journal.append(inspection(lot, unit, station, record, { profileSha256 }))
    }
    if (station === 'etched') await journal.append(madeCounts(lot))
  }
  await seeGolden()
}

/** Runs the guide's release in a fresh place, up to the last command that `until` lets through. @param more options for a command */
export async function guided(
  page: string,
  until: (args: readonly string[]) => boolean = () => true,
  over: Over = () => ({}),
  more: (name: string) => readonly string[] = () => [],
): Promise<{ readonly place: string; readonly ended: readonly (Ended & { readonly args: readonly string[] })[] }> {
  const place = freshPlace()
  mkdirSync(join(place, 'out'))
  const ended: (Ended & { args: readonly string[] })[] = []
  const commands = commandsIn(page, 'sh').map(([, ...args]) => args)
  for (const given of commands) {
    const name = given.slice(0, 2).join(' ')
    const args = [...given, ...more(name)]
    if (!until(args)) break
    if (name === 'lot status') await seen(place, ['printed', 'etched', 'sealed'], over)
    if (name === 'lot close') await seen(place, ['opened'], over)
    ended.push({ args, ...(await run(place, name === 'lot sign' ? [...args, '--no-pdf'] : args)) })
  }
  return { place, ended }
}
