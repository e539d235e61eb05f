import { exitCodes } from '../../../harness/core/assay-error.ts'
import { TokenError } from '../token-error.ts'

/*
 * PKCS #11 (v2.40, «Cryptoki») through koffi, which calls functions of a C library without anything to compile. What is needed to find a
 * key and to use it, and no more. Numbers are CK_ULONG: 64 bits on every 64-bit Linux and macOS. On Windows they have 32, and
 * structures are packed: not supported there.
 */

type Native = typeof import('koffi')
/** Gives back CK_RV. A module may wait for a card, a daemon or a finger on the token: away from the thread that everything else runs on. */
type Call = (...args: readonly unknown[]) => Promise<number>

/** The functions of a module. */
export interface Cryptoki {
  readonly initialize: Call
  readonly finalize: Call
  readonly slotList: Call
  readonly tokenInfo: Call
  readonly openSession: Call
  readonly closeSession: Call
  readonly login: (session: bigint, pin: Uint8Array) => Promise<number>
  readonly findInit: Call
  readonly find: Call
  readonly findFinal: Call
  readonly attributes: Call
  readonly decryptInit: Call
  readonly decrypt: (session: bigint, block: Uint8Array, out: Uint8Array, length: Uint8Array) => Promise<number>
}

const loaded = new Map<string, Promise<Cryptoki>>()

/** @throws TokenError `pkcs11-unsupported`, `pkcs11-module` */
export async function loadCryptoki(module: string): Promise<Cryptoki> {
  const known = loaded.get(module)
  if (known !== undefined) return await known
  const loading = load(module)
  loaded.set(module, loading)
  loading.catch(() => loaded.delete(module))
  return await loading
}

async function load(module: string): Promise<Cryptoki> {
  const native = await loadKoffi()
  let library: ReturnType<Native['load']>
  try {
    library = native.load(module)
  } catch (cause) {
    throw new TokenError(
      'pkcs11-module',
      `${module} is no PKCS #11 module that can be loaded here. Debian: opensc-pkcs11.so comes with opensc, libykcs11.so with ykcs11.`,
      { cause, exitCode: exitCodes.usage },
    )
  }
  const attribute = native.pointer(native.struct({ type: 'ulong', pValue: 'void *', ulValueLen: 'ulong' }))
  const bytes = 'uint8_t *'
  try {
    const of = (name: string, ...args: (string | ReturnType<Native['pointer']>)[]): Call => {
      const call = library.func(`C_${name}`, 'ulong', args)
      return async (...given) =>
        await new Promise((resolve, reject) => {
          call.async(...given, (error: Error | null, said: number | bigint) =>
            error === null ? resolve(Number(said)) : reject(error),
          )
        })
    }
    const [login, decrypt] = [
      of('Login', 'ulong', 'ulong', bytes, 'ulong'),
      of('Decrypt', 'ulong', bytes, 'ulong', bytes, bytes),
    ]
    return {
      initialize: of('Initialize', 'void *'),
      finalize: of('Finalize', 'void *'),
      slotList: of('GetSlotList', 'uint8_t', bytes, bytes),
      tokenInfo: of('GetTokenInfo', 'ulong', bytes),
      openSession: of('OpenSession', 'ulong', 'ulong', 'void *', 'void *', bytes),
      closeSession: of('CloseSession', 'ulong'),
      login: async (session, pin) => await login(session, userType, pin, pin.length),
      findInit: of('FindObjectsInit', 'ulong', attribute, 'ulong'),
      find: of('FindObjects', 'ulong', bytes, 'ulong', bytes),
      findFinal: of('FindObjectsFinal', 'ulong'),
      attributes: of('GetAttributeValue', 'ulong', 'ulong', attribute, 'ulong'),
      decryptInit: of('DecryptInit', 'ulong', native.pointer(mechanismOf(native)), 'ulong'),
      decrypt: async (session, block, out, length) => await decrypt(session, block, block.length, out, length),
    }
  } catch (cause) {
    throw new TokenError('pkcs11-module', `${module} is a library, but none of PKCS #11.`, {
      cause,
      exitCode: exitCodes.usage,
    })
  }
}

/** CKU_USER. */
const userType = 1

const mechanismOf = (native: Native) =>
  native.struct({ mechanism: 'ulong', pParameter: 'void *', ulParameterLen: 'ulong' })

async function loadKoffi(): Promise<Native> {
  const unsupported = (why: string, cause?: unknown) =>
    new TokenError(
      'pkcs11-unsupported',
      `The driver pkcs11 does not run here: ${why}. Use pcsc for a YubiKey or another PIV card.`,
      {
        cause,
        exitCode: exitCodes.environment,
      },
    )
  if (process.platform === 'win32') throw unsupported('it is for Linux and macOS')
  try {
    const { default: native } = await import('koffi')
    return native as unknown as Native
  } catch (cause) {
    throw unsupported('the package koffi is not installed, or not for this computer', cause)
  }
}
