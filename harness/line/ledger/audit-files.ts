import { z } from 'zod'
import { parseJson } from '../../core/parse-json.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { SiteCard } from '../site/site-identity.ts'
import type { auditLedgers } from './audit.ts'
import { type SiteName, siteNames } from './steps.ts'

type Audited = ReturnType<typeof auditLedgers>

/** A file that lies beside ledgers and says something of them: a site's card, or a lot's record. */
export interface FileBeside {
  readonly origin: string
  readonly text: string
}

const Head = z.object({ index: z.int().min(0), hash: z.string() })
const LotRecord = z.object({
  format: z.literal('assay-lot-1'),
  lot: z.string(),
  line: z.object({ ledgerHeads: z.partialRecord(z.enum(siteNames), Head) }),
})

/**
 * What sites' cards and lots' records say otherwise than the ledgers. @param entryAt hash of an entry; undefined where the ledger
 * has none there
 */
export function compareFiles(
  { ledgers }: Audited,
  files: readonly FileBeside[],
  entryAt: (site: SiteName, lot: string, index: number) => string | undefined,
): Audited['faults'] {
  return files.flatMap(({ origin, text }) => {
    const json = parseJson(text)
    const card = SiteCard.safeParse(json)
    const record = LotRecord.safeParse(json)
    const fault = (sentence: string) => ({ origin, entry: null, sentence })
    if (card.success) {
      const { site, publicKey, fingerprint: shown } = card.data
      const foreign = ledgers.filter(one => one.site === site && one.signer !== publicKey)
      return [
        ...(shown === fingerprint(publicKey)
          ? []
          : [fault('the card shows a fingerprint that is not that of its key')]),
        ...foreign.map(one => fault(`${one.origin} is signed by another key (${one.fingerprint}) than this site has`)),
      ]
    }
    if (!record.success) return []
    const { lot, line } = record.data
    return siteNames.flatMap(site => {
      const head = line.ledgerHeads[site]
      const isHere = ledgers.some(one => one.site === site && one.lot === lot)
      if (head === undefined || !isHere || entryAt(site, lot, head.index) === head.hash) return []
      return [
        fault(`it was written by another ledger of site ${site}: entry ${head.index} of it is gone, or another one`),
      ]
    })
  })
}
