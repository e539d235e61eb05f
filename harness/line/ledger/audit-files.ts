import { z } from 'zod'
import { parseJson } from '../../core/parse-json.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { manifestHash } from '../courier/envelope.ts'
import { AnswerManifest, RequestManifest } from '../courier/manifests.ts'
import { lotRecordText } from '../lot/lot-record.ts'
import { SiteCard } from '../site/site-identity.ts'
import { type auditLedgers, hasHeard } from './audit.ts'
import { type SiteName, type StepName, siteNames } from './steps.ts'
import { UnitProgress } from './unit-progress.ts'

type Audited = ReturnType<typeof auditLedgers>
type Ledger = Audited['ledgers'][number]

/** A file that lies beside ledgers: a site's card, a lot's record, or a manifest that both sites keep. */
export interface FileBeside {
  readonly origin: string
  readonly text: string
}

const Head = z.strictObject({ index: z.int().min(0), hash: z.string() })
const LotRecord = z.object({
  format: z.literal('assay-lot-1'),
  lot: z.string(),
  line: z.object({ ledgerHeads: z.partialRecord(z.enum(siteNames), Head) }),
})
const Manifest = z.object({ body: z.unknown() })

/**
 * What sites' cards and lots' records say otherwise than the ledgers, and than the manifests that these have the hashes of.
 * @returns with notes of records that nothing here tells the units of
 */
export function compareFiles(
  { ledgers }: Pick<Audited, 'ledgers'>,
  files: readonly FileBeside[],
): { readonly faults: Audited['faults']; readonly notes: readonly string[] } {
  const faults: Audited['faults'] = []
  const notes: string[] = []
  const manifests = new Map(files.map(({ text }) => [manifestHash(text), text]))
  for (const { origin, text } of files) {
    const json = parseJson(text)
    const card = SiteCard.safeParse(json)
    const record = LotRecord.safeParse(json)
    const fault = (sentence: string) => void faults.push({ origin, entry: null, sentence })
    if (card.success) cardFaults(card.data, ledgers, fault)
    else if (record.success)
      recordFaults({ ...record.data, text }, ledgers, manifests, fault, note => notes.push(`${origin}: ${note}`))
    else if (!Manifest.safeParse(json).success) fault('it is no card of a site, no record of a lot and no manifest')
  }
  return { faults, notes }
}

function cardFaults(card: SiteCard, ledgers: readonly Ledger[], fault: (sentence: string) => void): void {
  const { site, publicKey, fingerprint: shown } = card
  if (shown !== fingerprint(publicKey)) fault('the card shows a fingerprint that is not that of its key')
  for (const one of ledgers) {
    if (one.site === site && one.signer !== publicKey) {
      fault(`${one.origin} is signed by another key (${one.fingerprint}) than this site has`)
    }
    const isHere = ledgers.some(other => other.site === site && other.lot === one.lot)
    if (one.site !== site && !isHere && hasHeard(one)) {
      fault(`the ledger of site ${site} for the lot ${one.lot} is gone: the other site has seen entries of it`)
    }
  }
}

function recordFaults(
  { lot, line: { ledgerHeads }, text }: z.infer<typeof LotRecord> & { readonly text: string },
  ledgers: readonly Ledger[],
  manifests: ReadonlyMap<string, string>,
  fault: (sentence: string) => void,
  note: (sentence: string) => void,
): void {
  const ofLot = ledgers.filter(one => one.lot === lot)
  const isOther = (site: SiteName) => {
    const head = ledgerHeads[site]
    const ledger = ofLot.find(one => one.site === site)
    return head !== undefined && ledger !== undefined && ledger.hashes[head.index] !== head.hash
  }
  const others = siteNames.filter(isOther)
  for (const site of others) {
    fault(
      `it was written by another ledger of site ${site}: entry ${ledgerHeads[site]!.index} of it is gone, or another one`,
    )
  }
  if (others.length > 0) return
  const kept = (mine: SiteName, taken: StepName, schema: typeof RequestManifest | typeof AnswerManifest) => {
    const sent = ofLot.find(({ site }) => site === mine)?.bodies.find(({ step }) => step === 'sent')
    const body = sent ?? ofLot.flatMap(({ bodies }) => bodies).find(({ step }) => step === taken)
    const manifest = manifests.get(body?.facts.manifest ?? '')
    return manifest === undefined ? null : schema.parse(Manifest.parse(parseJson(manifest)).body)
  }
  const request = kept('A', 'received', RequestManifest) as RequestManifest | null
  const answer = kept('B', 'answered', AnswerManifest) as AnswerManifest | null
  if (request === null || answer === null) {
    note('its units were not compared: the manifests of the lot (request.json, answer.json) are not here')
    return
  }
  const isWritten = ofLot.some(({ site, bodies }) => {
    const head = ledgerHeads[site]
    if (head === undefined) return false
    const until = bodies.slice(0, head.index + 1)
    const progress = new UnitProgress(site)
    for (const body of until) progress.take(body)
    const symbols = until.find(({ step }) => step === 'made')?.facts.symbols ?? null
    const released = progress.hasBeen('released')
    return [[...siteNames], siteNames.toReversed()].some(order => {
      const heads = Object.fromEntries(order.map(name => [name, ledgerHeads[name]]))
      return lotRecordText({ request, answer, scrapped: progress.scrapped, symbols, released, heads }) === text
    })
  })
  if (!isWritten) {
    fault(
      'it is not what the sites signed: it was edited, or another version wrote it (assay line a record writes it again)',
    )
  }
}
