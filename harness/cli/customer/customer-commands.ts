import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { cardFormOf } from '../../customer/card-form.ts'
import { proveCards, readCardList } from '../../customer/card-list.ts'
import { customerPage, makersCards } from '../../customer/customer-page.node.ts'
import { openCustomerServer } from '../../customer/customer-server.node.ts'
import { loadProfile, shippedProfiles } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
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

/** Names, as lists write them in whatever case. */
const productsOf = ({ product, units }: LotFile): string[] =>
  [product, ...units.map(unit => unit.product)].flatMap(name => name?.toLowerCase() ?? [])

/** Of a product that the page does not offer nobody can ask for a card, and nobody knows what a passphrase of it looks like. */
function mustBeOffered(lot: LotFile, file: string, offered: readonly ProductProfile[]): void {
  const other = productsOf(lot).find(name => !offered.some(profile => profile.name === name))
  if (other === undefined) return
  throw new AssayError(
    'product-not-offered',
    `${file} is not served: it has cards of the product «${other}», which the page would not offer. Name all products of the lists with --product.`,
    { exitCode: exitCodes.usage },
  )
}

export interface ServeOptions {
  readonly records: readonly string[]
  readonly product?: readonly string[]
  readonly reader?: boolean
  readonly port: number
  readonly host: string
}

/** `assay customer serve` */
export async function servePage(
  { records, product, reader, port, host }: ServeOptions,
  { signal }: CommandContext,
): Promise<void> {
  const own = product?.map(loadProfile)
  const known = own ?? shippedProfiles()
  const forms = known.map(cardFormOf)
  const lots: LotFile[] = []
  for (const file of records) {
    const lot = readCardList(readRecords(file), file, forms)
    await proveCards(lot.units, lot, file, forms)
    mustBeOffered(lot, file, known)
    lots.push(lot)
  }
  const listed = new Set(lots.flatMap(productsOf))
  const products = own ?? known.filter(({ name }) => makersCards.includes(name) || listed.has(name))
  await using server = await openCustomerServer({ lots, products, reader, host, port })
  printLine(`The page is at ${server.url} (SHA-256 ${server.sha256}; Ctrl-C ends)`)
  if (!signal.aborted) await once(signal, 'abort')
}
