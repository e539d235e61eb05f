import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { cheapEngine } from '../bip38/scrypt/cheap-engine.testing.ts'
import { Secret } from '../core/secret.ts'
import { LineSettings } from './line-settings.ts'
import type { SiteCommands } from './site/serve-site.ts'
import type { SiteCard } from './site/site-identity.ts'
import type { SiteNews } from './site/site-request.ts'
import type { Workplace } from './site/workplace.ts'
import type { beginLot } from './site-a/begin.ts'
import { commandsOfA } from './site-a/commands-of-a.ts'
import type { receiveAnswer } from './site-a/receive.ts'
import { commandsOfB } from './site-b/commands-of-b.ts'
import type { makeKeys } from './site-b/make.ts'

type BegunLot = Awaited<ReturnType<typeof beginLot>>
type ReceivedLot = Awaited<ReturnType<typeof receiveAnswer>>
type MadeLot = Awaited<ReturnType<typeof makeKeys>>

/** The shipped product profile's text. */
export const productText = (name: string): string =>
  readFileSync(new URL(`../products/shipped/${name}.json`, import.meta.url), 'utf8')

/** For tests: nobody waits for couriers, inspections and drives. */
export const quickSettings = LineSettings.parse({
  courier: 'electronic',
  inspections: 'none',
  drives: 'overwritten',
  spool: 'drive',
})

/** The sites' own programs, with scrypt that costs nothing. */
export const quickPrograms = {
  A: new URL('./separation/quick-site-a.testing.ts', import.meta.url),
  B: new URL('./separation/quick-site-b.testing.ts', import.meta.url),
} as const

/** Two sites in one process, with cheap scrypt: for tests of what the sites do, not of how they are kept apart. */
export class QuickLine implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-line-'))
  readonly passwords = { A: Secret.ofText('password of site A'), B: Secret.ofText('password of site B') }
  readonly news: SiteNews[] = []
  operators = { A: 'ann', B: 'bob' }
  now = new Date(Date.UTC(2026, 10, 21, 4))
  signal: AbortSignal = new AbortController().signal
  readonly #random = { A: new VirtualLotRandom('site A'), B: new VirtualLotRandom('site B') }

  /** A line whose sites have exchanged their cards. @param changed for their making: another randomness makes other keys */
  static async withSites(changed: Partial<Workplace> = {}): Promise<QuickLine> {
    const line = new QuickLine()
    const card = async (site: 'A' | 'B') => (await line.run(site, 'new', {}, changed)) as SiteCard
    const cards = { A: await card('A'), B: await card('B') }
    await line.run('A', 'trust', { card: JSON.stringify(cards.B), fingerprint: cards.B.fingerprint })
    await line.run('B', 'trust', { card: JSON.stringify(cards.A), fingerprint: cards.A.fingerprint })
    return line
  }

  site(site: 'A' | 'B'): string {
    return join(this.folder, site)
  }

  async run(
    site: 'A' | 'B',
    command: string,
    options: unknown = {},
    changed: Partial<Workplace> = {},
  ): Promise<unknown> {
    const commands: SiteCommands = site === 'A' ? commandsOfA : commandsOfB
    // Each command a second after the one before.
    this.now = new Date(this.now.getTime() + 1000)
    return await commands[command]!(
      {
        folder: this.site(site),
        site,
        operator: this.operators[site],
        password: this.passwords[site],
        passwordCost: 2,
        airGap: 'not-enforced',
        now: () => this.now,
        random: this.#random[site],
        scrypt: cheapEngine(),
        parallel: 2,
        signal: this.signal,
        tell: news => this.news.push(news),
        ...changed,
      },
      options,
    )
  }

  begin(options: object = {}, changed: Partial<Workplace> = {}): Promise<BegunLot> {
    const request = {
      lot: 'virtual-1',
      product: productText('assay-reference'),
      count: 3,
      settings: quickSettings,
      denomination: null,
      customerCodes: null,
      seal: null,
      ...options,
    }
    return this.run('A', 'begin', request, changed) as Promise<BegunLot>
  }

  make(options: object = {}, changed: Partial<Workplace> = {}): Promise<MadeLot> {
    const request = {
      lot: 'virtual-1',
      product: productText('assay-reference'),
      manifest: this.manifest('A'),
      entropy: { dice: this.dice(), devices: [], cameraSamples: null },
      sealIn: null,
      sealOut: null,
      drive: null,
      ...options,
    }
    return this.run('B', 'make', request, changed) as Promise<MadeLot>
  }

  receive(options: object = {}, changed: Partial<Workplace> = {}): Promise<ReceivedLot> {
    const request = { lot: 'virtual-1', manifest: this.manifest('B'), seal: null, ...options }
    return this.run('A', 'receive', request, changed) as Promise<ReceivedLot>
  }

  mark(site: 'A' | 'B', step: string, options: object = {}, changed: Partial<Workplace> = {}): Promise<unknown> {
    const nothing = { serials: null, seal: null, box: null, drive: null, witness: null, reason: null, head: null }
    return this.run(site, 'mark', { lot: 'virtual-1', step, ...nothing, ...options }, changed)
  }

  /** What lies in a site's outbox for the courier. */
  manifest(site: 'A' | 'B', lot = 'virtual-1'): string {
    return readFileSync(join(this.site(site), 'out', `${lot}.${site === 'A' ? 'a-to-b' : 'b-to-a'}.json`), 'utf8')
  }

  /** Serials of the lot, in its order. */
  serials(lot = 'virtual-1'): string[] {
    return (JSON.parse(this.manifest('A', lot)) as { body: { items: { serial: string }[] } }).body.items.map(
      ({ serial }) => serial,
    )
  }

  /** 110 fair rolls, base64. */
  dice(): string {
    const rolls = new VirtualLotRandom('dice').bytes(110).map(byte => 0x31 + (byte % 6))
    return Buffer.from(rolls).toString('base64')
  }

  ledger(site: 'A' | 'B', lot = 'virtual-1'): string {
    return join(this.site(site), 'lots', lot, 'ledger.ndjson')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
