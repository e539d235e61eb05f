import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cardFormOf } from '../../customer/card-form.ts'
import { proveCards, readCardList } from '../../customer/card-list.ts'
import { customerPage } from '../../customer/customer-page.node.ts'
import { openCustomerServer } from '../../customer/customer-server.node.ts'
import { loadProfile, shippedProfiles } from '../../products/load-profile.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { CommandContext } from '../context.ts'
import { readRecords } from '../lot-report.ts'
import { printLine, tellLine } from '../terminal.ts'
import { replaceFile, writing } from '../write-file.ts'

export interface BuildOptions {
  readonly out: string
  readonly product?: readonly string[]
  readonly reader?: boolean
}

/** `assay customer build` */
export async function buildPage({ out, product, reader }: BuildOptions): Promise<void> {
  if (reader) tellLine('assay: making the page with all that reads photographs; some 10 s.')
  const { html } = await customerPage({ products: product?.map(loadProfile), reader })
  writing(out, 'page-unwritable', 'choose another file with --out', () => replaceFile(out, html))
  const sha256 = createHash('sha256').update(html).digest('hex')
  printLine(`${out}: ${Math.ceil(Buffer.byteLength(html) / 1000)} kB, SHA-256 ${sha256}`)
}

export interface ServeOptions {
  readonly records: readonly string[]
  readonly reader?: boolean
  readonly port: number
  readonly host: string
}

/** `assay customer serve` */
export async function servePage(
  { records, reader, port, host }: ServeOptions,
  { signal }: CommandContext,
): Promise<void> {
  const forms = shippedProfiles().map(cardFormOf)
  const lots: LotFile[] = []
  for (const file of records) {
    const lot = readCardList(readRecords(file), file, forms)
    await proveCards(lot.units, lot, file, forms)
    lots.push(lot)
  }
  await using server = await openCustomerServer({ lots, reader, host, port })
  printLine(`The page is at ${server.url} (Ctrl-C ends)`)
  if (!signal.aborted) await once(signal, 'abort')
}
