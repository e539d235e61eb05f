import { constants, createPrivateKey, createPublicKey, type KeyObject, privateDecrypt } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { z } from 'zod'
import { exitCodes } from '../../harness/core/assay-error.ts'
import { createOutside, OutsideFileError, readOutside } from '../../harness/core/outside-file.node.ts'
import type { Secret } from '../../harness/core/secret.ts'
import type { Driver } from '../driver.ts'
import { text } from '../options.ts'
import { blockLength, type Token, type TokenGiven } from './token.ts'
import { blockForm, pinWrong, TokenError, tokenLocked } from './token-error.ts'
import { TokenMutex } from './token-mutex.ts'

const schema = z.strictObject({
  driver: z.literal('software'),
  /** The key as PEM in a passphrase file of age: `age -d FILE` opens it. Beside it stands FILE.pub, the public key as PEM. */
  file: text,
})
type SoftwareConfig = z.infer<typeof schema>

const publicFile = (file: string) => `${file}.pub`

/** A key in an encrypted file: no hardware holds it, so whoever copies the file may guess at its password for ever. */
export const softwareToken: Driver<typeof schema, TokenGiven, Token> = {
  schema,
  files: ['file'],
  address: ({ file }) => file,
  open: async ({ file }) => {
    const publicKey = parsePublicKey(readKeyFile(publicFile(file)), file)
    return new SoftwareToken(file, readKeyFile(file), publicKey)
  },
}

/**
 * Makes the files of a software token anew; what is there stays.
 * @param logN age's own cost of a guess, log₂ of scrypt's N. Default: 18, about a second
 * @throws TokenError `token-exists`; what the operating system says
 */
export async function installSoftwareToken(
  { file }: SoftwareConfig,
  key: KeyObject,
  password: Secret,
  logN?: number,
): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(password.exposeText())
  if (logN !== undefined) encrypter.setScryptWorkFactor(logN)
  const pem = Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }))
  const sealed = await encrypter.encrypt(pem)
  pem.fill(0)
  const open = createPublicKey(key).export({ type: 'spki', format: 'pem' })
  for (const [path, content] of [
    [file, sealed],
    [publicFile(file), open],
  ] as const) {
    if (createOutside(path, content)) continue
    throw new TokenError('token-exists', `${path} is there already: name another file. It was not touched.`, {
      exitCode: exitCodes.usage,
    })
  }
}

class SoftwareToken implements Token {
  readonly name: string
  readonly #sealed: Uint8Array
  readonly #publicKey: KeyObject
  readonly #mutex: TokenMutex
  #key: KeyObject | null = null

  constructor(file: string, sealed: Uint8Array, publicKey: KeyObject) {
    this.name = `software ${file}`
    this.#sealed = sealed
    this.#publicKey = publicKey
    this.#mutex = new TokenMutex(this.name)
  }

  async publicKey(signal?: AbortSignal): Promise<KeyObject> {
    return await this.#mutex.take(async () => this.#publicKey, signal)
  }

  /** A file cannot count. */
  async triesLeft(signal?: AbortSignal): Promise<null> {
    return await this.#mutex.take(async () => null, signal)
  }

  async unlock(pin: Secret, signal?: AbortSignal): Promise<void> {
    await this.#mutex.take(async () => {
      const decrypter = new Decrypter()
      decrypter.addPassphrase(pin.exposeText())
      let pem: Uint8Array
      try {
        pem = await decrypter.decrypt(this.#sealed)
      } catch {
        throw pinWrong(this.name, null)
      }
      this.#key = this.#ownKey(pem)
      pem.fill(0)
    }, signal)
  }

  #ownKey(pem: Uint8Array): KeyObject {
    try {
      const key = createPrivateKey(Buffer.from(pem))
      if (createPublicKey(key).equals(this.#publicKey)) return key
    } catch {
      // OpenSSL's message may quote the key.
    }
    throw new TokenError('token-key', `${this.name} holds another key than the one beside it (.pub): it was changed.`)
  }

  async privateStep(block: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#mutex.take(async () => {
      if (block.length !== blockLength) throw blockForm(this.name)
      if (this.#key === null) throw tokenLocked(this.name)
      try {
        return privateDecrypt({ key: this.#key, padding: constants.RSA_NO_PADDING }, block)
      } catch {
        throw blockForm(this.name)
      }
    }, signal)
  }

  async close(): Promise<void> {
    await this.#mutex.end(async () => {
      this.#key = null
    })
  }
}

function readKeyFile(path: string): Uint8Array {
  try {
    return readOutside(path, 'certificate', 'own')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    const options = { cause, exitCode: exitCodes.usage }
    throw new TokenError('token-missing', `The token's file ${path} ${cause.clause}.`, options)
  }
}

function parsePublicKey(pem: Uint8Array, file: string): KeyObject {
  try {
    const key = createPublicKey(Buffer.from(pem))
    const { modulusLength } = key.asymmetricKeyDetails ?? {}
    if (key.asymmetricKeyType === 'rsa' && modulusLength === 8 * blockLength) return key
  } catch {
    // Said below.
  }
  const options = { exitCode: exitCodes.usage }
  throw new TokenError('token-key', `${publicFile(file)} holds no public key of RSA-2048.`, options)
}
