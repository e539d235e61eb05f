import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createIntermediateCode } from '../../bip38/index.ts'
import { exitCodes } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import { makeFolder } from '../../custody/durable-file.ts'
import { auditLedgers } from '../../line/ledger/audit.ts'
import type { SiteName } from '../../line/ledger/steps.ts'
import { LineSettings } from '../../line/line-settings.ts'
import { airGap } from '../../line/separation/air-gap.ts'
import { launchSite, type SiteLaunch } from '../../line/separation/launch-site.ts'
import { parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { CommandContext } from '../context.ts'
import { showProgress } from '../progress.ts'
import { printLine } from '../terminal.ts'
import { productText } from './line-commands.ts'
import { LineInputError } from './line-input.ts'
import { type CommandOf, type SiteAnswer, say } from './site-command.ts'

interface DemoOptions {
  readonly out?: string
  readonly units: number
  readonly product: string
  readonly json?: boolean
}

const lot = 'virtual-demo'
const operators = { A: 'ann', B: 'bob' } as const

/**
 * `assay line demo`: the whole line in one terminal, each site in its own process as always. The passwords are random
 * and are gone with this process; what stays in the folder are the files that people would look at.
 */
export async function demo(options: DemoOptions, context: CommandContext): Promise<void> {
  const profile = parseProfile(productText(options.product), options.product)
  const folder = demoFolder(options.out)
  const spool = mkdtempSync(join(tmpdir(), 'assay-line-spool-'))
  try {
    const summary = await walk(folder, spool, profile, options, context)
    say(options, summary, [
      '',
      `Look through ${folder}:`,
      '  courier/        the two signed manifests: all that ever crossed between the sites',
      '  print/          the sticker layers as the printer got them (worthless: their passphrases are erased)',
      '  site-a, site-b  what is left at the sites: cards, ledgers, manifests, and no secret',
      '  lot.json        the lot record: assay inspect --records reads it',
    ])
    if (summary.faults > 0) context.exit(exitCodes.failed)
  } finally {
    rmSync(spool, { recursive: true, force: true })
  }
}

async function walk(
  folder: string,
  spool: string,
  { denominations = [], passphrase }: ProductProfile,
  { units, product, json }: DemoOptions,
  { signal }: CommandContext,
) {
  const sites: Readonly<Record<SiteName, string>> = { A: join(folder, 'site-a'), B: join(folder, 'site-b') }
  const random = () => Secret.ofText(Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64'))
  using passwordA = random()
  using passwordB = random()
  using progress = showProgress(process.stderr)
  const at = async <Site extends SiteName, Command extends CommandOf<Site>>(
    site: Site,
    command: Command,
    request: object = {},
    more: Partial<SiteLaunch> = {},
  ): Promise<SiteAnswer<Site, Command>> => {
    const answer = await launchSite({
      site,
      folder: sites[site],
      command,
      operator: operators[site],
      password: site === 'A' ? passwordA : passwordB,
      options: { ...request },
      signal,
      onNews: news => {
        if (news.news === 'progress') progress.of(news.doing, news.done, news.total)
      },
      ...more,
    })
    return answer as SiteAnswer<Site, Command>
  }
  let step = 0
  const tell = (title: string, ...lines: string[]): void => {
    const text = [`${++step}. ${title}`, ...lines.map(line => `   ${line}`), '']
    for (const line of text) json === true ? progress.say(line) : printLine(line)
  }
  const mark = (site: SiteName, step: string, facts: object = {}) => at(site, 'mark', { lot, step, ...facts })
  const courier = (name: string, from: SiteName): string => {
    copyFileSync(join(sites[from], 'out', name), join(folder, 'courier', name))
    return readFileSync(join(folder, 'courier', name), 'utf8')
  }

  const cards = { A: await at('A', 'new'), B: await at('B', 'new') }
  await at('A', 'trust', { card: JSON.stringify(cards.B), fingerprint: cards.B.fingerprint })
  await at('B', 'trust', { card: JSON.stringify(cards.A), fingerprint: cards.A.fingerprint })
  tell(
    'Two people meet once and compare fingerprints.',
    `Site A: ${cards.A.fingerprint}`,
    `Site B: ${cards.B.fingerprint}`,
    airGap().state === 'enforced'
      ? 'From now on each site works in a process of its own: its own folder, no network, no other process.'
      : 'Air gap not enforced: this system cannot take the network away. Each site still has only its own folder.',
  )

  // In a demo nobody photographs cards, and the PDFs may lie on this drive.
  const settings = LineSettings.parse({ inspections: 'none', spool: 'drive' })
  const profile = productText(product)
  const value = denominations[0] ?? null
  const byCustomer = passphrase.madeBy === 'customer'
  const customerCodes = byCustomer ? await codesOfCustomers(units, signal) : null
  const begun = await at('A', 'begin', {
    lot,
    product: profile,
    count: units,
    settings,
    denomination: value,
    customerCodes,
    seal: 'S-1001',
  })
  tell(
    byCustomer
      ? 'Customers make their passphrases, and send site A an intermediate code of each.'
      : 'Site A makes passphrases, and of each an intermediate code.',
    ...(value === null ? [] : [`Every unit carries ${value}: both sites sign it, and the lot record says so.`]),
    `${units} units. The passphrases stay ${byCustomer ? 'with the customers' : 'here, encrypted'}; the code is a commitment to one and tells nothing of it.`,
    `To the courier, under seal S-1001: serials and intermediate codes, signed (SHA-256 ${begun.manifestSha256.slice(0, 16)}…).`,
  )

  const request = courier(`${lot}.a-to-b.json`, 'A')
  const made = await at('B', 'make', {
    lot,
    product: profile,
    manifest: request,
    entropy: { dice: fairRolls(), devices: [] },
    sealIn: 'S-1001',
    sealOut: 'S-1002',
    drive: 'D-1',
  })
  tell(
    'Site B makes an encrypted key for every code, of mixed randomness.',
    'Operating system and dice (rolled by the computer here: a demo), with health tests. No private key exists anywhere.',
    `To the courier, under seal S-1002: serials, public keys, addresses, confirmation codes (SHA-256 ${made.manifestSha256.slice(0, 16)}…).`,
  )

  await at('B', 'print', { lot, spool }, { writes: [spool] })
  for (const name of readdirSync(spool).filter(file => /\.(?:pdf|png)$/.test(file)))
    copyFileSync(join(spool, name), join(folder, 'print', name))
  await mark('B', 'applied')
  await at('B', 'erase', { lot }, { writes: [spool] })
  await mark('B', 'destroyed', { drive: 'D-1', witness: 'carl' })
  await mark('B', 'shipped', { seal: 'S-1003', box: 'B-1' })
  tell(
    'Site B prints both sticker layers, puts the stickers on, erases, destroys the drive, ships.',
    'The encrypted keys are overwritten: key first, then store and spool. Carl saw drive D-1 destroyed.',
    'On a real line every unit passes the station printed before lamination (assay line b pass printed).',
  )

  const answer = courier(`${lot}.b-to-a.json`, 'B')
  const received = await at('A', 'receive', { lot, manifest: answer, seal: 'S-1002' })
  const serials = (JSON.parse(request) as { body: { items: { serial: string }[] } }).body.items.map(
    ({ serial }) => serial,
  )
  await mark('A', 'arrived', { seal: 'S-1003', box: 'B-1', serials })
  await mark('A', 'stickers-checked', { serials })
  tell(
    `Site A verifies every confirmation code${byCustomer ? '' : ' with its passphrase'}, and counts the shipment.`,
    byCustomer
      ? `${received.verified} of ${units}: codes, public keys and addresses belong together. With the passphrase only the customer can prove more.`
      : `${received.verified} of ${units}: passphrase, public key and address belong together, though A never saw an encrypted key.`,
  )

  await at('A', 'etch', { lot, spool }, { writes: [spool] })
  await mark('A', 'covered')
  await at('A', 'erase', { lot }, { writes: [spool] })
  await mark('A', 'destroyed', { drive: 'D-2', witness: 'dora' })
  if (byCustomer) {
    tell(
      "Site A writes the laser's jobs, engraves the confirmation codes, erases, destroys the drive.",
      'No passphrase was ever at the maker: the customer opens the card with what only the customer knows.',
      'On a real line every unit passes the stations etched and sealed (assay line a pass).',
    )
  } else {
    tell(
      "Site A writes the laser's jobs, etches, puts the scratch-off on, erases, destroys the drive.",
      'Only now, on the card itself, are both factors in one place. No computer ever had both.',
      'On a real line every unit passes the stations etched and sealed (assay line a pass).',
    )
  }

  const { record } = await at('A', 'record', { lot, release: true })
  copyFileSync(record, join(folder, 'lot.json'))
  const ledgers = [sites.A, sites.B].map(site => join(site, 'lots', lot, 'ledger.ndjson'))
  const audit = auditLedgers(ledgers.map(origin => ({ origin, text: readFileSync(origin, 'utf8') })))
  tell(
    'The lot is released, and the ledgers of both sites are audited, which needs no secret.',
    ...audit.ledgers.map(({ site, entries }) => `Site ${site}: ${entries} entries, hash-chained and signed.`),
    audit.faults.length === 0 ? 'Nothing is wrong.' : `${audit.faults.length} faults.`,
  )
  return { folder, units, verified: received.verified, airGap: airGap().state, faults: audit.faults.length }
}

function demoFolder(given: string | undefined): string {
  if (given === undefined) {
    makeFolder('runs')
    return prepared(resolve(mkdtempSync(join('runs', 'line-'))))
  }
  makeFolder(given)
  if (readdirSync(given).length > 0)
    throw new LineInputError('folder-used', `${given} is not empty; name a new folder with --out.`)
  return prepared(resolve(given))
}

function prepared(folder: string): string {
  for (const name of ['courier', 'print']) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, 'README.txt'),
    'Made by: assay line demo. Nothing here may hold money. The guide is docs/line.md.\n',
  )
  return folder
}

/** What customers of PRO would send, each from a passphrase of their own that nobody here keeps. */
async function codesOfCustomers(units: number, signal: AbortSignal): Promise<string> {
  const codes: string[] = []
  while (codes.length < units) {
    using passphrase = Secret.ofText(Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64'))
    const ownerSalt = crypto.getRandomValues(new Uint8Array(8))
    codes.push(await createIntermediateCode({ passphrase, ownerSalt }, { signal }))
  }
  return codes.join('\n')
}

/** A hundred and twenty rolls of a fair die, as nobody can be asked to roll for a demo. */
function fairRolls(): string {
  const rolls: number[] = []
  while (rolls.length < 120) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0]!
    if (byte < 252) rolls.push(0x31 + (byte % 6))
  }
  return Buffer.from(rolls).toString('base64')
}
