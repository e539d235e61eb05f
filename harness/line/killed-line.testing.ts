import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, systemRandom, uniformBelow } from '../core/random.ts'
import { readChain } from '../custody/chain-file.ts'
import { chainFaults } from '../custody/hash-chain.ts'
import { SealedStore } from '../custody/sealed-store.ts'
import { openKey, SealedKey } from '../custody/store-key.ts'
import { auditLedgers } from './ledger/audit.ts'
import { productText, QuickLine, quickPrograms, quickSettings } from './quick-line.testing.ts'
import { launchSite } from './separation/launch-site.ts'
import type { receiveAnswer } from './site-a/receive.ts'
import { unpackUnitOfA } from './site-a/unit-of-a.ts'
import { unpackUnitOfB } from './site-b/unit-of-b.ts'

/** What lots went through whose processes were killed again and again. */
export interface KilledLots {
  readonly kills: number
  /** Kills that came while units were being made or verified, not before or after. */
  readonly killsAtWork: number
  readonly lots: number
  readonly units: number
  /** Everything that is wrong with the lots: empty when nothing was lost, doubled or half made. */
  readonly faults: readonly string[]
}

const lot = 'virtual-killed'

/** A lot is done after 15 kills or more, on the fastest machine; this many never are needed. */
const mostLots = 25

/**
 * Makes lot after lot, killing their sites, until there were so many kills: a fast machine has a lot done sooner.
 *
 * @param random when to kill
 */
export async function killedLots(
  kills: number,
  units: number,
  random: Random,
  onKill?: (kill: number) => void,
): Promise<KilledLots> {
  let all: KilledLots = { kills: 0, killsAtWork: 0, lots: 0, units: 0, faults: [] }
  while (all.kills < kills && all.lots < mostLots && all.faults.length === 0) {
    const before = all
    const one = await killedLot(kills - before.kills, units, random, kill => onKill?.(before.kills + kill))
    all = {
      kills: before.kills + one.kills,
      killsAtWork: before.killsAtWork + one.killsAtWork,
      lots: before.lots + 1,
      units: before.units + one.units,
      faults: one.faults,
    }
  }
  return all
}

/**
 * Takes a lot through begin, make and receive, with each site in its own process under the permission model, and kills
 * those processes (kill -9) at random instants. Cheap scrypt: the instants are spread over the work, not over scrypt.
 * At most so many kills.
 */
async function killedLot(
  kills: number,
  units: number,
  random: Random,
  onKill: (kill: number) => void,
): Promise<Omit<KilledLots, 'lots'>> {
  using line = await QuickLine.withSites()
  const faults: string[] = []
  let killed = 0
  let killsAtWork = 0
  const commands = [
    {
      site: 'A' as const,
      command: 'begin',
      options: () => ({
        lot,
        product: productText('assay-reference'),
        count: units,
        settings: quickSettings,
        denomination: null,
        customerCodes: null,
        seal: null,
      }),
    },
    {
      site: 'B' as const,
      command: 'make',
      options: () => ({
        lot,
        product: productText('assay-reference'),
        manifest: line.manifest('A', lot),
        entropy: { dice: line.dice(), devices: [], cameraSamples: null },
        sealIn: null,
        sealOut: null,
        drive: null,
      }),
    },
    { site: 'A' as const, command: 'receive', options: () => ({ lot, manifest: line.manifest('B', lot), seal: null }) },
  ]
  for (const [i, { site, command, options }] of commands.entries()) {
    let acknowledged = 0
    for (;;) {
      // The kills are spread evenly over the three commands.
      const mayKill = killed < Math.ceil((kills * (i + 1)) / commands.length)
      let pid = 0
      let done = 0
      let isKilled = false
      const kill = (): void => {
        isKilled = true
        process.kill(pid, 'SIGKILL')
      }
      let timer: NodeJS.Timeout | undefined
      // Some at the start, most of them within the work.
      const after = uniformBelow(random, 4) === 0 ? 0 : 1 + uniformBelow(random, 12)
      const result = await launchSite({
        site,
        folder: line.site(site),
        command,
        operator: line.operators[site],
        password: line.passwords[site],
        options: options(),
        program: quickPrograms[site],
        onStart: started => {
          pid = started
          if (mayKill && after === 0) timer = setTimeout(kill, uniformBelow(random, 1200))
        },
        onNews: news => {
          if (news.news !== 'progress') return
          done = news.done
          if (mayKill && after > 0 && timer === undefined) timer = setTimeout(kill, uniformBelow(random, after * 10))
        },
      }).catch((error: { code?: string; message?: string }) => {
        // A process that ends by itself, without a kill of ours, is a fault like any other.
        if (error.code !== 'site-died' || !isKilled) faults.push(`${command}: ${error.message}`)
        return null
      })
      clearTimeout(timer)
      // What is verified is written down in portions, and may be verified again; what is made is acknowledged at once.
      if (command !== 'receive' && done > 0 && done < acknowledged)
        faults.push(`${command}: ${acknowledged} units were acknowledged, ${done} are left`)
      acknowledged = Math.max(acknowledged, done)
      if (faults.length > 0) return { kills: killed, killsAtWork, units, faults }
      if (result !== null && !isKilled) break
      killed++
      if (done > 0 && done < units) killsAtWork++
      onKill(killed)
      faults.push(...(await faultsSoFar(line, site)))
    }
  }
  faults.push(...(await faultsAtTheEnd(line, units)))
  return { kills: killed, killsAtWork, units, faults }
}

/** What a kill may have broken: the ledger, or an acknowledged record. */
async function faultsSoFar(line: QuickLine, site: 'A' | 'B'): Promise<string[]> {
  const path = line.ledger(site, lot)
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  // Half a last line was never acknowledged: the next opening takes it away.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return chainFaults(readChain(whole, path)).map(({ sentence }) => `site ${site}: ${sentence}`)
}

async function faultsAtTheEnd(line: QuickLine, units: number): Promise<string[]> {
  const faults: string[] = []
  const serials = line.serials(lot)
  if (serials.length !== units || new Set(serials).size !== units)
    faults.push(`the manifest has ${new Set(serials).size} of ${units} units`)
  const inStore = { A: [] as string[], B: [] as string[] }
  for (const site of ['A', 'B'] as const) {
    const folder = join(line.site(site), 'lots', lot)
    const label = `site ${site}, lot ${lot}`
    const sealed = SealedKey.parse(JSON.parse(readFileSync(join(folder, 'store.key'), 'utf8')))
    using key = await openKey(sealed, line.passwords[site], label)
    using store = new SealedStore({
      path: join(folder, 'units.store'),
      key,
      label,
      random: systemRandom,
    })
    for (const record of store.records())
      inStore[site].push((site === 'A' ? unpackUnitOfA(record) : unpackUnitOfB(record)).serial)
    if (inStore[site].join() !== serials.join())
      faults.push(`site ${site}: its store has other units than the manifest`)
  }
  const { faults: found } = auditLedgers(
    (['A', 'B'] as const).map(site => ({ origin: site, text: readFileSync(line.ledger(site, lot), 'utf8') })),
  )
  faults.push(...found.map(({ origin, sentence }) => `${origin}: ${sentence}`))
  const again = { lot, manifest: line.manifest('B', lot), seal: null }
  const received = (await line.run('A', 'receive', again, { now: () => new Date() })) as Awaited<
    ReturnType<typeof receiveAnswer>
  >
  if (received.verified !== units) faults.push(`${received.verified} of ${units} units are verified`)
  return faults
}
