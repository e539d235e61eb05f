import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { exitCodes } from '../../../harness/core/assay-error.ts'
import type { Secret } from '../../../harness/core/secret.ts'
import type { Driver } from '../../driver.ts'
import { text } from '../../options.ts'
import { blockLength, type Token, type TokenGiven } from '../token.ts'
import { blockForm, pinBlocked, pinWrong, TokenError, tokenLocked } from '../token-error.ts'
import { TokenMutex } from '../token-mutex.ts'
import { type Cryptoki, loadCryptoki } from './cryptoki.ts'

const schema = z.strictObject({
  driver: z.literal('pkcs11'),
  /** The PKCS #11 module, such as /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so. */
  module: text,
  /** The token's label. Default: the only token with such a key. */
  token: text.exactOptional(),
  /** The key's CKA_ID, hexadecimal: 03 is slot 9D of a PIV card by OpenSC and by ykcs11. Default: 03. */
  id: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){1,32}$/)
    .exactOptional(),
})

/** Any token whose maker has a PKCS #11 module: OpenSC, ykcs11, SoftHSM2, a network HSM. */
export const pkcs11Token: Driver<typeof schema, TokenGiven, Token> = {
  schema,
  files: ['module'],
  address: ({ module, token }) => `pkcs11 ${token ?? 'the only token'} by ${module}`,
  open: async ({ module, token = null, id = '03' }) => {
    const cryptoki = await loadCryptoki(module)
    await begin(module, cryptoki)
    try {
      const { slot, label } = await chosenSlot(cryptoki, token)
      const session = number()
      require0(await cryptoki.openSession(slot, serialSession, null, null, session), 'open a session')
      return new Pkcs11Token(
        module,
        cryptoki,
        { slot, label, session: session.readBigUInt64LE() },
        Buffer.from(id, 'hex'),
      )
    } catch (error) {
      await end(module, cryptoki)
      throw error
    }
  },
}

const ckr = {
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLength: 0xa2,
  pinLocked: 0xa4,
  alreadyLoggedIn: 0x100,
  notLoggedIn: 0x101,
  alreadyInitialized: 0x191,
} as const
const flag = { tokenInitialized: 0x400n, pinFinalTry: 0x20000n, pinLocked: 0x40000n }
const attribute = { class: 0x000, id: 0x102, modulus: 0x120, publicExponent: 0x122 }
const objectClass = { publicKey: 2n, privateKey: 3n }
/** CKM_RSA_X_509: the bare step, since SoftHSM2 knows OAEP with SHA-1 only. */
const bareRsa = 3
const serialSession = 4

const number = (value = 0n): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

function require0(said: number, doing: string): void {
  if (said === 0) return
  throw new TokenError('token-answer', `The PKCS #11 module could not ${doing} (CKR 0x${said.toString(16)}).`)
}

/** How many tokens of a module are open, and what of it was begun or ended last: it is one for the whole process. */
const used = new Map<string, { users: number; last: Promise<unknown> }>()

async function inTurn(module: string, work: (use: { users: number }) => Promise<void>): Promise<void> {
  const use = used.get(module) ?? { users: 0, last: Promise.resolve() }
  used.set(module, use)
  const turn = use.last.then(async () => await work(use))
  use.last = turn.catch(() => {})
  await turn
}

async function begin(module: string, cryptoki: Cryptoki): Promise<void> {
  await inTurn(module, async use => {
    if (use.users === 0) {
      const said = await cryptoki.initialize(null)
      if (said !== ckr.alreadyInitialized) require0(said, 'begin')
    }
    use.users++
  })
}

async function end(module: string, cryptoki: Cryptoki): Promise<void> {
  await inTurn(module, async use => {
    if (--use.users === 0) await cryptoki.finalize(null)
  })
}

/** Label and flags of a token (CK_TOKEN_INFO: four texts of 96 bytes together, then the flags). */
async function tokenInfo(
  cryptoki: Cryptoki,
  slot: bigint,
): Promise<{ readonly label: string; readonly flags: bigint }> {
  const info = Buffer.alloc(256)
  require0(await cryptoki.tokenInfo(slot, info), 'tell of a token')
  return { label: info.toString('utf8', 0, 32).trimEnd(), flags: info.readBigUInt64LE(96) }
}

async function chosenSlot(
  cryptoki: Cryptoki,
  wanted: string | null,
): Promise<{ readonly slot: bigint; readonly label: string }> {
  const most = 64n
  const [list, count] = [Buffer.alloc(8 * Number(most)), number(most)]
  require0(await cryptoki.slotList(1, list, count), 'list its tokens')
  const slots: { readonly slot: bigint; readonly label: string }[] = []
  for (let i = 0; i < Number(count.readBigUInt64LE()); i++) {
    const slot = list.readBigUInt64LE(8 * i)
    const { label, flags } = await tokenInfo(cryptoki, slot)
    if ((flags & flag.tokenInitialized) !== 0n) slots.push({ slot, label })
  }
  const fitting = slots.filter(({ label }) => wanted === null || label === wanted)
  if (fitting.length === 1) return fitting[0]!
  const names = slots.map(({ label }) => `«${label}»`).join(', ') || 'none'
  const options = { exitCode: exitCodes.rigFault }
  if (fitting.length > 1)
    throw new TokenError('token-ambiguous', `Several tokens fit: ${names}. Name one as token.`, options)
  const which = wanted === null ? 'is plugged in' : `has the label «${wanted}»`
  throw new TokenError('token-missing', `No token ${which}; the module tells of ${names}.`, options)
}

class Pkcs11Token implements Token {
  readonly name: string
  readonly #module: string
  readonly #cryptoki: Cryptoki
  readonly #slot: bigint
  readonly #id: Uint8Array
  readonly #mutex: TokenMutex
  readonly #session: bigint
  #isUnlocked = false

  constructor(
    module: string,
    cryptoki: Cryptoki,
    { slot, label, session }: { readonly slot: bigint; readonly label: string; readonly session: bigint },
    id: Uint8Array,
  ) {
    this.name = `pkcs11 ${label}`
    this.#module = module
    this.#cryptoki = cryptoki
    this.#slot = slot
    this.#id = id
    this.#mutex = new TokenMutex(this.name)
    this.#session = session
  }

  async publicKey(signal?: AbortSignal): Promise<KeyObject> {
    return await this.#mutex.take(async () => {
      const object = await this.#find(objectClass.publicKey)
      const [n, e] = [Buffer.alloc(blockLength), Buffer.alloc(8)]
      const asked = [
        { type: attribute.modulus, pValue: n, ulValueLen: n.length },
        { type: attribute.publicExponent, pValue: e, ulValueLen: e.length },
      ]
      const said = object === null ? -1 : await this.#cryptoki.attributes(this.#session, object, asked, asked.length)
      if (said !== 0) throw this.#empty()
      // Shorter exponents stand at the beginning of their room.
      const exponent = e.subarray(0, e.findLastIndex(byte => byte !== 0) + 1)
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
      return createPublicKey({ key: { kty: 'RSA', n: text(n), e: text(exponent) }, format: 'jwk' })
    }, signal)
  }

  /** PKCS #11 tells of the last try only. */
  async triesLeft(signal?: AbortSignal): Promise<number | null> {
    return await this.#mutex.take(() => this.#tries(), signal)
  }

  async #tries(): Promise<number | null> {
    const { flags } = await tokenInfo(this.#cryptoki, this.#slot)
    if ((flags & flag.pinLocked) !== 0n) return 0
    return (flags & flag.pinFinalTry) !== 0n ? 1 : null
  }

  async unlock(pin: Secret, signal?: AbortSignal): Promise<void> {
    await this.#mutex.take(async () => {
      const typed = pin.expose()
      let said: number
      try {
        said = await this.#cryptoki.login(this.#session, typed)
      } finally {
        typed.fill(0)
      }
      if (said === ckr.pinLocked) throw pinBlocked(this.name)
      if (said === ckr.pinIncorrect) throw pinWrong(this.name, await this.#tries())
      if (said === ckr.pinLength || said === ckr.pinInvalid) {
        throw new TokenError('pin-form', `${this.name} takes no PIN of this form; no try was lost.`, {
          exitCode: exitCodes.usage,
        })
      }
      if (said !== ckr.alreadyLoggedIn) require0(said, 'take the PIN')
      this.#isUnlocked = true
    }, signal)
  }

  async privateStep(block: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#mutex.take(async () => {
      if (block.length !== blockLength) throw blockForm(this.name)
      if (!this.#isUnlocked) throw tokenLocked(this.name)
      const key = await this.#find(objectClass.privateKey)
      if (key === null) throw this.#empty()
      const mechanism = { mechanism: bareRsa, pParameter: null, ulParameterLen: 0 }
      const begun = await this.#cryptoki.decryptInit(this.#session, mechanism, key)
      if (begun === ckr.notLoggedIn) throw tokenLocked(this.name)
      require0(begun, 'use its key')
      const [out, length] = [Buffer.alloc(blockLength), number(BigInt(blockLength))]
      require0(await this.#cryptoki.decrypt(this.#session, Uint8Array.from(block), out, length), 'use its key')
      // Zeros in front belong to the block; some modules leave them out.
      const given = Number(length.readBigUInt64LE())
      if (given > blockLength) throw blockForm(this.name)
      const whole = new Uint8Array(blockLength)
      whole.set(out.subarray(0, given), blockLength - given)
      out.fill(0)
      return whole
    }, signal)
  }

  async close(): Promise<void> {
    await this.#mutex.end(async () => {
      await this.#cryptoki.closeSession(this.#session)
      await end(this.#module, this.#cryptoki)
    })
  }

  async #find(kind: bigint): Promise<bigint | null> {
    const [found, count] = [number(), number()]
    const template = [
      { type: attribute.class, pValue: number(kind), ulValueLen: 8 },
      { type: attribute.id, pValue: this.#id, ulValueLen: this.#id.length },
    ]
    require0(await this.#cryptoki.findInit(this.#session, template, template.length), 'look for the key')
    require0(await this.#cryptoki.find(this.#session, found, 1, count), 'look for the key')
    require0(await this.#cryptoki.findFinal(this.#session), 'look for the key')
    return count.readBigUInt64LE() === 0n ? null : found.readBigUInt64LE()
  }

  #empty(): TokenError {
    const id = Buffer.from(this.#id).toString('hex')
    return new TokenError('token-empty', `${this.name} holds no RSA-2048 key with the id ${id}.`, {
      exitCode: exitCodes.usage,
    })
  }
}
