/*
 * The BIP38 core: everything that BIP38 defines, and the cross-check of a two-factor unit. Runs in Node and in a browser.
 * https://github.com/bitcoin/bips/blob/master/bip-0038.mediawiki
 */
export { type AddressBook, bitcoinBook, type PrintedAddress } from './address-book.ts'
export { type BatchOptions, type BatchResult, crossCheckAll } from './batch.ts'
export { addressHashOf, bitcoinAddress } from './bitcoin.ts'
export {
  type CodeKind,
  type ConfirmationCode,
  type DecodedCode,
  decodeCode,
  type EpkCode,
  type IntermediateCode,
  type NonEcEpkCode,
} from './codes.ts'
export { type ConfirmationRequest, type ConfirmedKey, verifyConfirmationCode } from './confirmation.ts'
export type { ProvenKey } from './convention.ts'
export { type CrossCheck, crossCheck } from './cross-check.ts'
export { type DecryptedKey, type DecryptRequest, decrypt } from './decrypt.ts'
export { type EncryptRequest, encrypt } from './encrypt.ts'
export { Bip38Error, type Bip38ErrorCode } from './errors.ts'
export { type CoreCheck, type CoreFinding, type CoreVerdict, coreChecks } from './findings.ts'
export { type GeneratedUnit, generateUnit, type UnitRequest } from './generate-unit.ts'
export { createIntermediateCode, type IntermediateRequest } from './intermediate.ts'
export type { ScryptOptions } from './key-derivation.ts'
export { type KeylessRequest, keyless } from './keyless.ts'
export type { Exposable, Passphrase } from './passphrase.ts'
export { PrefactorCache } from './prefactor-cache.ts'
export { type KeyProof, proof, verifyProof } from './proof.ts'
export { availableEngines, chooseEngine, defaultEngine, type MeasuredEngine, measureEngines } from './scrypt/choice.ts'
export type { ScryptEngine, ScryptParameters, ScryptWatch } from './scrypt/engine.ts'
export { nativeEngine } from './scrypt/native.ts'
export { referenceEngine } from './scrypt/reference.ts'
export { threadCount, wasmEngine } from './scrypt/wasm-engine.ts'
export type { CrossCheckOptions, UnitParts } from './unit-evidence.ts'
export { decodeWif, encodeWif } from './wif.ts'
