/*
 * Reading a code's public fields, for those who must not reach the rest of the core: the factory's import graph ends here.
 */
export type { DecodedCode } from './codes.ts'
export { decodeCode } from './codes.ts'
