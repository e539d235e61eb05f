import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../harness/core/secret.ts'
import { fakePcscd } from './pcsc/fake-pcscd.testing.ts'
import { pcscToken } from './pcsc/pcsc-token.ts'
import { hasVpcd, insertedInPcscd } from './pcsc/vpcd.testing.ts'
import { certificateObject } from './piv/certificate.ts'
import { PivToken } from './piv/piv-token.ts'
import { type VirtualCard, VirtualPivCard } from './piv/virtual-card.testing.ts'
import { hasOpenSc, openScIdOf9d, openScModule } from './pkcs11/open-sc.testing.ts'
import { pkcs11Token } from './pkcs11/pkcs11-token.ts'
import { hasSoftHsm, softHsm } from './pkcs11/soft-hsm.testing.ts'
import { installSoftwareToken, softwareToken } from './software-token.ts'
import type { TokenBench } from './token-bench.testing.ts'

/** A key that a token holds in a test, made once: it takes a second. */
export const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface BenchMaker {
  readonly driver: string
  /** Not installed here. */
  readonly missing: boolean
  readonly make: () => Promise<TokenBench>
}

const certificate = certificateObject(
  privateKey as KeyObject,
  'Test',
  Uint8Array.of(1),
  new Date('2026-11-29T12:00:00Z'),
)

/** A virtual card that holds the key. */
export function cardWithKey(options: VirtualCard = {}): VirtualPivCard {
  const card = new VirtualPivCard(options)
  card.hold(privateKey)
  card.put('5fc10b', certificate)
  return card
}

const folder = () => mkdtempSync(join(tmpdir(), 'assay-token-'))

const inProcess = (name: string, options: VirtualCard): BenchMaker => ({
  driver: `PIV in this process, ${name}`,
  missing: false,
  make: async () => {
    const card = cardWithKey(options)
    const link = {
      reader: 'virtual',
      transmit: async (apdu: Uint8Array) => card.transmit(apdu),
      close: async () => card.reset(),
    }
    return { open: () => PivToken.open(link, 'piv'), pin: '123456', tries: 3, [Symbol.asyncDispose]: async () => {} }
  },
})

/** Every driver, and every way in which a PIV card may be reached. */
export const tokenBenches: readonly BenchMaker[] = [
  {
    driver: 'software',
    missing: false,
    make: async () => {
      const place = folder()
      const config = { driver: 'software' as const, file: join(place, 'token.age') }
      await installSoftwareToken(config, privateKey, Secret.ofText('six words that nobody knows'), 4)
      return {
        open: () => softwareToken.open(config, {}),
        pin: 'six words that nobody knows',
        tries: null,
        [Symbol.asyncDispose]: async () => rmSync(place, { recursive: true }),
      }
    },
  },
  inProcess('with metadata', {}),
  inProcess('with a certificate only', { metadata: false }),
  inProcess('with short answers', { answerLength: 100 }),
  {
    driver: 'pcsc, a daemon in this process',
    missing: false,
    make: async () => {
      const place = folder()
      const socket = join(place, 'pcscd.comm')
      const daemon = await fakePcscd(socket, { 'Keyboard 00 00': null, 'Yubico YubiKey 01 00': cardWithKey() })
      return {
        open: () => pcscToken.open({ driver: 'pcsc', socket }, {}),
        pin: '123456',
        tries: 3,
        [Symbol.asyncDispose]: async () => {
          await daemon[Symbol.asyncDispose]()
          rmSync(place, { recursive: true })
        },
      }
    },
  },
  {
    driver: 'pcsc, pcscd with vpcd',
    missing: !hasVpcd,
    make: async () => {
      const daemon = await insertedInPcscd(cardWithKey())
      return {
        open: () => pcscToken.open({ driver: 'pcsc', reader: 'Virtual' }, {}),
        pin: '123456',
        tries: 3,
        [Symbol.asyncDispose]: async () => await daemon[Symbol.asyncDispose](),
      }
    },
  },
  {
    driver: 'pkcs11, OpenSC with pcscd and vpcd',
    missing: !(hasVpcd && hasOpenSc),
    make: async () => {
      const daemon = await insertedInPcscd(cardWithKey())
      return {
        open: () => pkcs11Token.open({ driver: 'pkcs11', module: openScModule, id: openScIdOf9d }, {}),
        pin: '123456',
        // The card counts, and OpenSC does not say how many are left.
        tries: null,
        [Symbol.asyncDispose]: async () => await daemon[Symbol.asyncDispose](),
      }
    },
  },
  { driver: 'pkcs11, SoftHSM2', missing: !hasSoftHsm, make: async () => await softHsm(privateKey) },
]
