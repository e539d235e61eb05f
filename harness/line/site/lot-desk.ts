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
import { LineLedger } from '../ledger/line-ledger.ts'
import { LineError } from '../line-error.ts'
import { LotName } from '../line-settings.ts'
import { type OpenSite, openSite, requirePeer, type SiteCard } from './site-identity.ts'
import type { Workplace } from './workplace.ts'

/** One lot at one site, held for one process: its folder, ledger and encrypted store. Disposing lets go. */
export class LotDesk implements Disposable {
  readonly workplace: Workplace
  readonly lot: string
  readonly folder: string
  readonly identity: OpenSite
  readonly peer: SiteCard
  readonly ledger: LineLedger
  readonly #hold: Disposable

  private constructor(
    workplace: Workplace,
    lot: string,
    folder: string,
    identity: OpenSite,
    peer: SiteCard,
    ledger: LineLedger,
    hold: Disposable,
  ) {
    this.workplace = workplace
    this.lot = lot
    this.folder = folder
    this.identity = identity
    this.peer = peer
    this.ledger = ledger
    this.#hold = hold
  }

  /**
   * @param may `begin` makes the lot's folder where there is none
   * @throws LineError `lot-missing`, `peer-missing`, `operator-shared`; CustodyError `folder-held` and what stores throw
   */
  static async open(workplace: Workplace, lot: string, doing: string, may: 'begin' | 'continue'): Promise<LotDesk> {
    if (!LotName.safeParse(lot).success)
      throw new LineError('lot-name', 'A lot is named by lower-case letters, digits, dots and dashes, at most 40.')
    const identity = await openSite(workplace)
    const peer = requirePeer(identity)
    const folder = join(workplace.folder, 'lots', lot)
    if (!existsSync(folder)) {
      if (may === 'continue') throw new LineError('lot-missing', `Site ${identity.card.site} has no lot ${lot}.`)
      makeFolder(folder)
    }
    const { operator, airGap, now, site } = workplace
    const hold = holdFolder(folder, { operator, doing, pid: process.pid, since: now().toISOString() })
    try {
      const scribe = { site, lot, operator, airGap }
      const ledger = LineLedger.open(join(folder, 'ledger.ndjson'), identity.key, now, scribe)
      return new LotDesk(workplace, lot, folder, identity, peer, ledger, hold)
    } catch (error) {
      hold[Symbol.dispose]()
      throw error
    }
  }

  get label(): string {
    return `site ${this.workplace.site}, lot ${this.lot}`
  }

  /** Paths of the files that hold secrets, encrypted; the key first, as it is erased first. */
  get secretFiles(): string[] {
    return [join(this.folder, 'store.key'), join(this.folder, 'units.store')]
  }

  /** The encrypted store of the lot's units. @throws LineError `lot-erased` */
  async openStore(): Promise<SealedStore> {
    if (this.ledger.progress.hasBeen('erasing')) {
      throw new LineError(
        'lot-erased',
        `The secrets of lot ${this.lot} were erased at site ${this.workplace.site}; nothing can be made of it any more.`,
      )
    }
    const { password, passwordCost, random } = this.workplace
    const [keyPath, storePath] = this.secretFiles as [string, string]
    if (!existsSync(keyPath)) {
      using fresh = Secret.ofBytes(random.bytes(32))
      writeDurably(
        keyPath,
        `${JSON.stringify(await sealKey(fresh, password, this.label, random, passwordCost))}\n`,
        0o600,
      )
    }
    const sealed = parseSealedKey(readFileSync(keyPath, 'utf8'), keyPath)
    using key = await openKey(sealed, password, this.label)
    return new SealedStore({ path: storePath, key, label: this.label, random })
  }

  /** Keeps the lot's product profile. */
  keepProfile(text: string): void {
    writeDurably(join(this.folder, 'product.json'), text)
  }

  /** The lot's product profile, as it was when the lot began. @throws LineError `profile-changed` */
  profile(): ProductProfile {
    const first = this.ledger.entries[0]?.body.facts
    const profile = parseProfile(
      readFileSync(join(this.folder, 'product.json'), 'utf8'),
      `the product of lot ${this.lot}`,
      this.folder,
    )
    if (profileHash(profile) !== first?.profileSha256) {
      throw new LineError(
        'profile-changed',
        `The product profile of lot ${this.lot} was changed after the lot began. Put it back as it was.`,
      )
    }
    return profile
  }

  /** Files that were handed in or are to be handed out. */
  inbox(name: string): string {
    return join(this.workplace.folder, 'in', name)
  }

  outbox(name: string): string {
    return join(this.workplace.folder, 'out', name)
  }

  [Symbol.dispose](): void {
    const isUnused = this.ledger.head === null
    this.ledger[Symbol.dispose]()
    // A lot whose first command was refused never was.
    if (isUnused) rmSync(this.folder, { recursive: true, force: true })
    this.#hold[Symbol.dispose]()
  }
}

/** One hash for one profile, however its file is written and wherever its fonts lie. */
export function profileHash({ $schema: _, ...profile }: ProductProfile): string {
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
