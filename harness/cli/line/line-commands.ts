import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { exitCodes } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { readJson } from '../../core/parse-json.ts'
import { printable } from '../../core/printable.ts'
import { fieldNamesOf } from '../../core/schema-fields.ts'
import { shapeFault, shownPath } from '../../core/shape-fault.ts'
import { makeOwnFolder } from '../../custody/durable-file.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { plannedChecks } from '../../inspection/station.ts'
import { auditLedgers } from '../../line/ledger/audit.ts'
import { compareFiles } from '../../line/ledger/audit-files.ts'
import type { SiteName } from '../../line/ledger/steps.ts'
import { LineSettings } from '../../line/line-settings.ts'
import { spoolsOf } from '../../line/site/spool.ts'
import { loadProfile, shippedProfileNames } from '../../products/load-profile.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import type { CommandContext } from '../context.ts'
import { readStationJournal } from '../journal/station-journal.ts'
import { stationNamed } from '../photographs/inspect-photographs.ts'
import { cameraSamples } from './camera-samples.ts'
import { inspectionsOf } from './inspections-of.ts'
import { LineInputError, readInput } from './line-input.ts'
import { type SiteOptions, say, siteCommand } from './site-command.ts'

interface LotOptions extends SiteOptions {
  readonly lot: string
}

export async function newSite(site: SiteName, options: SiteOptions, context: CommandContext): Promise<void> {
  const card = await siteCommand(site, 'new', {}, options, context)
  say(options, card, [
    `Site ${site} is made in ${resolve(options.site)}.`,
    `Its card is ${join(options.site, 'site.json')}; its fingerprint, to be read aloud when the cards are exchanged in person:`,
    `  ${card.fingerprint}`,
  ])
}

export async function trust(
  site: SiteName,
  options: SiteOptions & { readonly card: string; readonly fingerprint: string },
  context: CommandContext,
): Promise<void> {
  const request = { card: readInput(options.card, 'the card'), fingerprint: options.fingerprint }
  const peer = await siteCommand(site, 'trust', request, options, context)
  say(options, peer, [`Site ${site} works with site ${peer.site} (${peer.fingerprint}) from now on.`])
}

interface BeginOptions extends LotOptions {
  readonly product: string
  readonly count: number
  readonly value?: string
  readonly settings?: string
  readonly customerCodes?: string
  readonly seal?: string
}

export async function begin(options: BeginOptions, context: CommandContext): Promise<void> {
  const { lot, count, value, seal } = options
  const request = {
    lot,
    product: productText(options.product),
    count,
    settings: settingsFrom(options.settings),
    denomination: value,
    customerCodes: readIfNamed(options.customerCodes, "the customers' codes"),
    seal,
  }
  const begun = await siteCommand('A', 'begin', request, options, context)
  say(options, begun, [
    `Lot ${lot}: ${begun.units} units. The manifest for site B is ${begun.manifest}`,
    `  SHA-256 ${begun.manifestSha256}`,
  ])
}

interface MakeOptions extends LotOptions {
  readonly from: string
  readonly product: string
  readonly dice?: boolean
  readonly diceFd?: number
  readonly entropyDevice: readonly string[]
  readonly camera?: string | true
  readonly sealIn?: string
  readonly sealOut?: string
  readonly drive?: string
}

export async function make(options: MakeOptions, context: CommandContext): Promise<void> {
  const { lot, from, entropyDevice, camera, sealIn, sealOut, drive } = options
  const devices = entropyDevice.map(path => resolve(path))
  for (const path of devices) refuseMissingDevice(path)
  const product = productText(options.product)
  const manifest = readInput(from, "site A's manifest")
  const input = new SecretInput()
  const request = async () => {
    const asksForDice = options.dice === true || options.diceFd !== undefined
    const typed = asksForDice ? await input.read('dice rolls', options.diceFd, context.signal) : null
    const rig = camera === true ? undefined : camera
    const samples = camera === undefined ? null : await cameraSamples(rig, lot, unitsIn(manifest), context.signal)
    const entropy = { dice: asBase64(typed), devices, cameraSamples: asBase64(samples) }
    for (const secret of [typed, samples]) secret?.fill(0)
    return { lot, product, manifest, entropy, sealIn, sealOut, drive }
  }
  const made = await siteCommand('B', 'make', request, options, context, { reads: devices, input })
  say(options, made, [
    `Lot ${lot}: ${made.units} encrypted keys. The manifest for site A is ${made.manifest}`,
    `  SHA-256 ${made.manifestSha256}`,
  ])
}

export async function receive(
  options: LotOptions & { readonly from: string; readonly seal?: string },
  context: CommandContext,
): Promise<void> {
  const request = {
    lot: options.lot,
    manifest: readInput(options.from, "site B's manifest"),
    seal: options.seal,
  }
  const received = await siteCommand('A', 'receive', request, options, context)
  say(options, received, [
    received.withPassphrases
      ? `Lot ${options.lot}: ${received.verified} of ${received.units} units verified with their confirmation codes.`
      : `Lot ${options.lot}: of ${received.verified} of ${received.units} units codes, public keys and addresses belong together. The passphrases are the customers': their own check with the confirmation code is the last one.`,
    ...received.unconfirmed.map(({ serial, why }) => `  ${serial}: ${why}`),
  ])
  if (received.unconfirmed.length > 0) context.exit(exitCodes.failed)
}

interface SpoolOptions extends LotOptions {
  readonly spool: string
  readonly serials?: string
  readonly dotsPerMm?: number
  readonly addressKind?: string
}

export async function print(options: SpoolOptions, context: CommandContext): Promise<void> {
  const { lot, dotsPerMm, addressKind } = options
  const spool = spoolFolder(options.spool)
  const request = { lot, spool, serials: serialsFrom(options.serials), dotsPerMm, addressKind }
  const printed = await siteCommand('B', 'print', request, options, context, { writes: [spool] })
  say(options, printed, [
    `Lot ${lot}: both layers of ${printed.units} units lie in ${spool} (PDF and PNG). Print them, inspect them at the station printed, then erase: assay line b erase.`,
  ])
}

export async function etch(options: SpoolOptions, context: CommandContext): Promise<void> {
  const spool = spoolFolder(options.spool)
  const request = { lot: options.lot, spool, serials: serialsFrom(options.serials) }
  const etched = await siteCommand('A', 'etch', request, options, context, { writes: [spool] })
  say(options, etched, [
    `Lot ${options.lot}: the laser's jobs of ${etched.units} units lie in ${spool} (SVG and G-code, ${etched.burnSeconds} s of beam). Etch, inspect at the station etched, then erase: assay line a erase.`,
  ])
}

interface MarkOptions extends LotOptions {
  readonly serials?: string
  readonly seal?: string
  readonly box?: string
  readonly drive?: string
  readonly witness?: string
  readonly reason?: string
  readonly from?: string
}

export async function mark(site: SiteName, step: string, options: MarkOptions, context: CommandContext): Promise<void> {
  const { lot, seal, box, drive, witness, reason } = options
  const serials = serialsFrom(options.serials)
  const head = readIfNamed(options.from, "the other site's head note")
  const request = { lot, step, serials, seal, box, drive, witness, reason, head }
  const marked = await siteCommand(site, 'mark', request, options, context)
  say(options, marked, [`Lot ${lot}: ${step}, ${marked.units} units.`])
}

export async function pass(
  site: SiteName,
  station: string,
  options: LotOptions & { readonly journal?: string },
  context: CommandContext,
): Promise<void> {
  const { lot } = options
  const profile = loadProfile(join(options.site, 'lots', lot, 'product.json'))
  const at = stationNamed(station)
  const plan = plannedChecks(at, profile)
  await using journal = await readStationJournal(options)
  const request = { lot, station, ...(await inspectionsOf(journal, { lot, station: at.name, plan })) }
  const passed = await siteCommand(site, 'pass', request, options, context)
  say(options, passed, [
    `Lot ${options.lot}: ${passed.passed} units passed the station ${station}; ${passed.waiting} have yet to pass.`,
    ...passed.refused.map(({ serial, verdict, because }) => `  ${serial}: ${verdict}. ${printable(because)}`),
    ...(passed.spent.length === 0
      ? []
      : [`  Taken out of the lot, as a spot check has opened them: ${passed.spent.map(printable).join(', ')}.`]),
    `The journal's key is ${fingerprint(request.signer)}.`,
  ])
  if (passed.refused.length > 0) context.exit(exitCodes.failed)
}

export async function erase(site: SiteName, options: LotOptions, context: CommandContext): Promise<void> {
  const spools = spoolsOf(join(options.site, 'lots', options.lot))
  const erased = await siteCommand(site, 'erase', { lot: options.lot }, options, context, { writes: spools })
  say(options, erased, [
    `Lot ${options.lot}: the key and the encrypted units of site ${site} are overwritten and gone (${erased.files} files, ${erased.bytes} bytes).`,
    'No program can promise what lies beneath a file system: flash cells, swap, snapshots, copies of the drive.',
    ...(erased.driveMustBeDestroyed
      ? [
          "The lot's settings want the drive destroyed before a witness: assay line … mark destroyed --drive … --witness …",
        ]
      : []),
  ])
}

export async function record(
  site: SiteName,
  release: boolean,
  options: LotOptions,
  context: CommandContext,
): Promise<void> {
  const written = await siteCommand(site, 'record', { lot: options.lot, release }, options, context)
  say(options, written, [
    `Lot ${options.lot}: ${written.units} units ${written.released ? 'released' : 'on record, not released yet'}. The lot record is ${written.record}`,
  ])
}

export async function audit(
  paths: readonly string[],
  options: { readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  const files = paths.flatMap(path => {
    if (!existsSync(path)) throw new LineInputError('file-missing', `${path} is not there.`)
    if (!statSync(path).isDirectory()) return [path]
    return globSync('**/ledger.ndjson', { cwd: path })
      .sort()
      .map(file => join(path, file))
  })
  if (files.length === 0)
    throw new LineInputError('ledger-missing', `There is no ledger.ndjson in ${paths.join(', ')}.`)
  const read = (origin: string) => ({ origin, text: readOutside(origin, 'record').toString('utf8') })
  const audited = auditLedgers(files.map(read))
  const beside = paths.filter(path => statSync(path).isDirectory()).flatMap(besideLedgers)
  const compared = compareFiles(audited, beside.map(read))
  const result = {
    ...audited,
    ledgers: audited.ledgers.map(({ hashes: _, bodies: __, ...ledger }) => ledger),
    files: beside,
    faults: [...audited.faults, ...compared.faults],
    notCompared: [...audited.notCompared, ...compared.notes],
  }
  const { faults, notCompared } = result
  say(options, result, [
    ...result.ledgers.flatMap(({ origin, site, lot, entries, units, last, ...ledger }) => [
      `${origin}: site ${site}, lot ${lot}, ${entries} entries, ${units} units, last «${last}»`,
      `  signed with the key ${ledger.fingerprint}: compare it with what was read aloud when the sites met`,
    ]),
    ...result.notes.map(note => `note: ${note}`),
    ...notCompared.map(what => `NOT COMPARED ${what}`),
    ...faults.map(({ origin, sentence }) => `FAULT ${origin}: ${sentence}`),
    faults.length > 0
      ? `${faults.length} faults.`
      : notCompared.length > 0
        ? 'Nothing is wrong with what is here; audit it together with what is missing.'
        : 'Nothing is wrong.',
  ])
  if (faults.length > 0) context.exit(exitCodes.failed)
  else if (notCompared.length > 0) context.exit(exitCodes.inconclusive)
}

/** The site's card, what it handed out of its lots, and the manifests that it keeps. */
const besideLedgers = (path: string): readonly string[] =>
  ['site.json', '*.lot.json', 'request.json', 'answer.json']
    .flatMap(name => globSync(`**/${name}`, { cwd: path }))
    .sort()
    .map(file => join(path, file))

const readIfNamed = (file: string | undefined, what: string) => file && readInput(file, what)

const serialsFrom = (file: string | undefined) => readIfNamed(file, 'the serials')?.trim().split(/\s+/)

const asBase64 = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('base64')

function spoolFolder(given: string): string {
  makeOwnFolder(given)
  return realpathSync(given)
}

function settingsFrom(file: string | undefined): LineSettings {
  if (file === undefined) return LineSettings.parse({})
  const json = readJson(readInput(file, 'the line settings'))
  if ('fault' in json) throw new LineInputError('settings-faulty', `${file} ${json.fault}.`)
  const read = LineSettings.safeParse(json.value, { reportInput: true })
  if (read.success) return read.data
  const [issue] = read.error.issues
  const known = fieldNamesOf(LineSettings)
  const where = shownPath(issue!.path, known).join('.') || 'the whole file'
  throw new LineInputError('settings-faulty', `${file}: ${where}: ${shapeFault(issue!, known)}.`)
}

/** The product profile's file as text: what both sites hash. */
export function productText(nameOrPath: string): string {
  const shipped = new URL(`../../products/shipped/${nameOrPath}.json`, import.meta.url)
  if (shippedProfileNames().includes(nameOrPath)) return readFileSync(shipped, 'utf8')
  // Says what there is when it is neither a shipped product nor a sound file.
  loadProfile(nameOrPath)
  return readInput(nameOrPath, 'the product profile')
}

/** How many units a manifest says that it has; the site itself looks at all of it. */
function unitsIn(manifest: string): number {
  const count = Number(/"count":(\d{1,6})\b/.exec(manifest)?.[1])
  if (Number.isInteger(count)) return count
  throw new LineInputError('manifest-unreadable', 'The manifest does not say how many units it has; it is none.')
}

/** The site itself looks at what kind of file it is; one that is not there could not even be let into its process. */
function refuseMissingDevice(path: string): void {
  if (existsSync(path)) return
  throw new LineInputError(
    'entropy-missing',
    `The entropy device ${path} is not there; connect it, or roll dice (--dice).`,
  )
}
