/* Deposit addresses of every coin from a public key, and any printed address read back. */
export { addressesOf, coinBook, readAddress } from './book.ts'
export type { CoinRow } from './row.ts'
export { derivedRows, readOnlyRows } from './table.ts'
