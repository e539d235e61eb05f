import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Secret } from '../../core/secret.ts'
import { fileError } from '../../custody/custody-error.ts'
import { makeFolder, writeDurably } from '../../custody/durable-file.ts'
import { fingerprint, requireFingerprint, SigningKey } from '../../custody/signing-key.ts'
import { openKey, parseSealedKey, sealKey } from '../../custody/store-key.ts'
import { siteNames } from '../ledger/steps.ts'
import { LineError } from '../line-error.ts'
import type { Workplace } from './workplace.ts'

/** What a site shows of itself: the file that is handed to the other site, once, in person. */
export const SiteCard = z.strictObject({
  format: z.literal('assay-site-1'),
  site: z.enum(siteNames),
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Read aloud when the cards are exchanged. */
  fingerprint: z.string().regex(/^[0-9A-F]{4}( [0-9A-F]{4}){7}$/),
})
export type SiteCard = z.infer<typeof SiteCard>

const cardFile = 'site.json'
const keyFile = 'site.key'
const peerFile = 'peer.json'

/** Makes a site in its empty folder. @throws LineError `site-exists` */
export async function newSite({ folder, site, password, passwordCost, random }: Workplace): Promise<SiteCard> {
  if (existsSync(join(folder, cardFile))) {
    throw new LineError('site-exists', `${folder} holds a site already; it keeps its key for all lots.`)
  }
  using seed = Secret.ofBytes(random.bytes(32))
  const sealed = await sealKey(seed, password, purposeOf(site), random, passwordCost)
  const { publicKey } = new SigningKey(seed)
  const card: SiteCard = { format: 'assay-site-1', site, publicKey, fingerprint: fingerprint(publicKey) }
  for (const name of ['in', 'out', 'lots']) makeFolder(join(folder, name))
  writeDurably(join(folder, keyFile), `${JSON.stringify(sealed)}\n`, 0o600)
  // Last: with its card, a site is whole.
  writeDurably(join(folder, cardFile), `${JSON.stringify(card, null, 2)}\n`)
  return card
}

/** A site at work: its card, its key, and the other site's card if it was accepted. */
export interface OpenSite {
  readonly card: SiteCard
  readonly key: SigningKey
  readonly peer: SiteCard | null
}

/** @throws LineError `site-missing`, `site-other`; CustodyError `password-wrong` */
export async function openSite({ folder, site, password }: Workplace): Promise<OpenSite> {
  if (!existsSync(join(folder, cardFile))) {
    throw new LineError(
      'site-missing',
      `${folder} holds no site; make one with: assay line new ${site.toLowerCase()} --site FOLDER.`,
    )
  }
  const card = readCard(join(folder, cardFile))
  if (card.site !== site)
    throw new LineError('site-other', `${folder} is site ${card.site}, and this is work of site ${site}.`)
  const sealed = parseSealedKey(readFileSync(join(folder, keyFile), 'utf8'), join(folder, keyFile))
  using seed = await openKey(sealed, password, purposeOf(site))
  const key = new SigningKey(seed)
  if (key.publicKey !== card.publicKey)
    throw new LineError('site-other', `${folder}: key and card are not of one site.`)
  const peerPath = join(folder, peerFile)
  return { card, key, peer: existsSync(peerPath) ? readCard(peerPath) : null }
}

export const TrustRequest = z.strictObject({
  /** The other site's card, as it was handed over. */
  card: z.string(),
  fingerprint: z.string().max(80),
})

/**
 * Accepts the other site's key, after two people compared its fingerprint in person.
 * @throws CustodyError `fingerprint-unlike`; LineError `peer-same-site`, `peer-exists`, `card-unreadable`
 */
export async function trustPeer(workplace: Workplace, given: z.infer<typeof TrustRequest>): Promise<SiteCard> {
  const { card, peer } = await openSite(workplace)
  const other = parseCard(given.card, 'The card')
  if (other.site === card.site || other.publicKey === card.publicKey) {
    throw new LineError(
      'peer-same-site',
      `This is a card of site ${other.site}; a line needs one site A and one site B.`,
    )
  }
  requireFingerprint(other.publicKey, given.fingerprint)
  if (peer !== null && peer.publicKey !== other.publicKey) {
    throw new LineError(
      'peer-exists',
      `Site ${card.site} works with another site ${peer.site} (${peer.fingerprint}); a new line needs a new site folder.`,
    )
  }
  writeDurably(join(workplace.folder, peerFile), `${JSON.stringify(other, null, 2)}\n`)
  return other
}

/** @throws LineError `peer-missing` */
export function requirePeer({ card, peer }: OpenSite): SiteCard {
  if (peer !== null) return peer
  throw new LineError(
    'peer-missing',
    `Site ${card.site} knows no other site yet; exchange the cards in person: assay line trust.`,
  )
}

function readCard(path: string): SiteCard {
  try {
    return parseCard(readFileSync(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof LineError) throw error
    throw fileError(path, 'read', error)
  }
}

function parseCard(text: string, origin: string): SiteCard {
  let card: SiteCard
  try {
    card = SiteCard.parse(JSON.parse(text))
  } catch (cause) {
    throw new LineError('card-unreadable', `${origin} is no card of a site (site.json).`, { cause })
  }
  if (card.fingerprint !== fingerprint(card.publicKey)) {
    throw new LineError('card-unreadable', `${origin} shows a fingerprint that is not that of its key.`)
  }
  return card
}

const purposeOf = (site: string) => `the identity of site ${site}`
