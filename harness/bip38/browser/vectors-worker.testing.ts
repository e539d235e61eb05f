import {
  chooseEngine,
  createIntermediateCode,
  crossCheck,
  decodeCode,
  decrypt,
  encodeWif,
  encrypt,
  keyless,
  verifyConfirmationCode,
} from '../index.ts'

/*
 * What the browser test runs in a worker of a real browser: every vector of the BIP, through every function, with progress.
 */

export interface Vector {
  readonly id: string
  readonly passphrase: string
  readonly encrypted: string
  readonly wif: string
  readonly address?: string
  readonly intermediate?: string
  readonly confirmationCode?: string
}

export interface VectorResult {
  readonly id: string
  /** What did not come out as the BIP says; empty: all right. */
  readonly wrong: readonly string[]
  readonly progressSteps: number
}

export type FromVectorsWorker =
  | { readonly progress: number }
  | { readonly engine: string; readonly hasNode: boolean; readonly results: readonly VectorResult[] }

async function runVector(vector: Vector, onProgress: (done: number) => void): Promise<VectorResult> {
  const { id, passphrase, encrypted, wif, address, intermediate, confirmationCode } = vector
  const wrong: string[] = []
  let progressSteps = 0
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (actual !== expected) wrong.push(what)
  }
  const watch = {
    onProgress: (done: number) => {
      progressSteps++
      onProgress(done)
    },
  }
  const key = await decrypt({ epk: encrypted, passphrase }, watch)
  same('wif', encodeWif(key.privateKey, key.compressed), wif)
  if (address !== undefined) same('address', key.address, address)
  if (intermediate === undefined) same('epk', await encrypt({ wif, passphrase }), encrypted)
  else {
    const code = decodeCode(intermediate)
    if (code.kind !== 'intermediate-code') throw new Error('not an intermediate code')
    const owner = { ownerSalt: code.ownerSalt, lot: code.lot ?? undefined, sequence: code.sequence ?? undefined }
    same('intermediate', await createIntermediateCode({ passphrase, ...owner }), intermediate)
    same(
      'keyless',
      (await keyless({ intermediateCode: intermediate, epk: encrypted, confirmationCode })).address,
      address,
    )
  }
  if (confirmationCode !== undefined) {
    same('confirmation', (await verifyConfirmationCode({ confirmationCode, passphrase })).address, address)
  }
  const unit = { intermediateCode: intermediate, epk: encrypted, confirmationCode, address, passphrase }
  same('cross-check', (await crossCheck(unit)).verdict, 'PASS')
  return { id, wrong, progressSteps }
}

globalThis.onmessage = async ({ data }: MessageEvent<readonly Vector[]>) => {
  const tell = (message: FromVectorsWorker): void => globalThis.postMessage(message)
  const results: VectorResult[] = []
  for (const [index, vector] of data.entries()) {
    results.push(await runVector(vector, done => tell({ progress: (index + done) / data.length })))
  }
  tell({ engine: (await chooseEngine()).name, hasNode: 'process' in globalThis, results })
}
