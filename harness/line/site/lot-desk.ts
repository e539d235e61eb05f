import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Secret } from '../../core/secret.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import { makeFolder, writeDurably } from '../../custody/durable-file.ts'
import { holdFolder } from '../../custody/hold-folder.ts'
import { SealedStore } from '../../custody/sealed-store.ts'
import { openKey, parseSealedKey, sealKey } from '../../custody/store-key.ts'
import { parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { sealEnvelope } from '../courier/envelope.ts'
import type { HeadNote } from '../courier/manifests.ts'
import { LineLedger } from '../ledger/line-ledger.ts'
import { LineError } from '../line-error.ts'
import { LotName } from '../line-settings.ts'
import { type OpenSite, openSite, requirePeer, type SiteCard } from './site-identity.ts'
import type { Workplace } from './workplace.ts'

/** One lot at one site, held for one process: its folder and its ledger. Disposing lets go. */
export interface LotDesk extends Disposable {
  readonly workplace: Workplace
  readonly lot: string
  readonly folder: string
  readonly identity: OpenSite
  readonly peer: SiteCard
  readonly ledger: LineLedger
  /** Path of a file that is to be handed out. */
  outbox(name: string): string
}

/**
 * @param may `begin` makes the lot's folder where there is none
 * @throws LineError `lot-missing`, `peer-missing`, `operator-shared`; CustodyError `folder-held` and what stores throw
 */
export async function openDesk(
  workplace: Workplace,
  lot: string,
  doing: string,
  may: 'begin' | 'continue',
): Promise<LotDesk> {
  if (!LotName.safeParse(lot).success) {
    throw new LineError('lot-name', 'A lot is named by lower-case letters, digits, dots and dashes, at most 40.')
  }
  const identity = await openSite(workplace)
  const peer = requirePeer(identity)
  const folder = join(workplace.folder, 'lots', lot)
  if (!existsSync(folder)) {
    if (may === 'continue') throw new LineError('lot-missing', `Site ${identity.card.site} has no lot ${lot}.`)
    makeFolder(folder)
  }
  const { operator, airGap, now, site } = workplace
  using opening = new DisposableStack()
  opening.use(holdFolder(folder, { operator, doing, pid: process.pid, since: now().toISOString() }))
  const ledger = new LineLedger(join(folder, 'ledger.ndjson'), identity.key, now, { site, lot, operator, airGap })
  // A lot whose first command was refused never was.
  opening.defer(() => {
    if (ledger.head === null) rmSync(folder, { recursive: true, force: true })
  })
  opening.use(ledger)
  const outbox = (name: string) => join(workplace.folder, 'out', name)
  // Whatever was done, the other site can be told how far this one has come.
  opening.defer(() => {
    if (ledger.head === null) return
    const note: HeadNote = {
      ...{ direction: 'head', lot, from: identity.card.publicKey, to: peer.publicKey },
      ledgerHead: { index: ledger.head.index, hash: ledger.head.hash },
    }
    try {
      writeDurably(outbox(headFile(lot, site)), sealEnvelope(note, identity.key))
    } catch {
      // A full drive has been told of; the note of before says less, and nothing false.
    }
  })
  const held = opening.move()
  return { workplace, lot, folder, identity, peer, ledger, outbox, [Symbol.dispose]: () => held.dispose() }
}

/** Among what is handed out: how far the lot's ledger has come. */
export const headFile = (lot: string, site: string) => `${lot}.head-of-${site.toLowerCase()}.json`

/** Paths of a lot's files that hold secrets, encrypted; the key first, as it is erased first. */
export const secretFiles = ({ folder }: LotDesk) => [join(folder, 'store.key'), join(folder, 'units.store')] as const

/** The encrypted store of the lot's units. @throws LineError `lot-erased` */
export async function openStore(desk: LotDesk): Promise<SealedStore> {
  const { lot, ledger, workplace } = desk
  const { site, password, passwordCost, random } = workplace
  if (ledger.progress.hasBeen('erasing')) {
    throw new LineError(
      'lot-erased',
      `The secrets of lot ${lot} were erased at site ${site}; nothing can be made of it any more.`,
    )
  }
  const label = `site ${site}, lot ${lot}`
  const [keyPath, path] = secretFiles(desk)
  if (!existsSync(keyPath)) {
    using fresh = Secret.ofBytes(random.bytes(32))
    const sealed = await sealKey(fresh, password, label, random, passwordCost)
    writeDurably(keyPath, `${JSON.stringify(sealed)}\n`, 0o600)
  }
  using key = await openKey(parseSealedKey(readFileSync(keyPath, 'utf8'), keyPath), password, label)
  return new SealedStore({ path, key, label, random })
}

/** Keeps the lot's product profile. */
export function keepProfile({ folder }: LotDesk, text: string): void {
  writeDurably(join(folder, 'product.json'), text)
}

/** The lot's product profile, as it was when the lot began. @throws LineError `profile-changed` */
export function profileOf({ lot, folder, ledger }: LotDesk): ProductProfile {
  const text = readFileSync(join(folder, 'product.json'), 'utf8')
  const profile = parseProfile(text, `the product of lot ${lot}`, folder)
  if (profileHash(profile) !== ledger.entries[0]?.body.facts.profileSha256) {
    throw new LineError(
      'profile-changed',
      `The product profile of lot ${lot} was changed after the lot began. Put it back as it was.`,
    )
  }
  return profile
}

/** One hash for one profile, however its file is written, wherever its fonts lie, and whoever learned how its units look. */
export function profileHash({ $schema: _, appearance: __, ...profile }: ProductProfile): string {
  const bare = (file: string | null) => (file === null ? null : basename(file))
  const fonts = { etching: bare(profile.fonts.etching), print: bare(profile.fonts.print) }
  return createHash('sha256')
    .update(canonicalJson(inWholeNumbers({ ...profile, fonts })))
    .digest('hex')
}

/** Fractions as text: canonical JSON has whole numbers only. */
function inWholeNumbers(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(inWholeNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inWholeNumbers(inner)]))
}

/** Serials of every lot that this site has a ledger of. */
export function serialsOfOtherLots(folder: string, lot: string): Set<string> {
  const serials = new Set<string>()
  for (const other of readdirSync(join(folder, 'lots'))) {
    const path = join(folder, 'lots', other, 'ledger.ndjson')
    if (other === lot || !existsSync(path)) continue
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (!line.includes('"step":"made"')) continue
      const { units } = (JSON.parse(line) as { body: { units: unknown } }).body
      if (Array.isArray(units)) for (const serial of units) serials.add(String(serial))
    }
  }
  return serials
}
