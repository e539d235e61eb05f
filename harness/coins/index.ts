export { addressesOf, coinBook, readAddress } from './book.ts'
