import { constants, createPublicKey, generateKeyPairSync, publicEncrypt, X509Certificate } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../../harness/core/random.ts'
import { Secret } from '../../../harness/core/secret.ts'
import { cardWithKey, privateKey, publicKey } from '../token-benches.testing.ts'
import { TokenError } from '../token-error.ts'
import { exchange } from './apdu.ts'
import { certificateObject, keyOfCertificate } from './certificate.ts'
import { PivToken } from './piv-token.ts'
import { parseTlvs, tlv, valueAt } from './tlv.ts'
import { factoryManagementKey, type VirtualCard, VirtualPivCard } from './virtual-card.testing.ts'

const now = new Date('2026-11-29T12:00:00Z')
const linkOf = (card: VirtualPivCard) => ({
  reader: 'virtual',
  transmit: async (apdu: Uint8Array) => card.transmit(apdu),
  close: async () => card.reset(),
})
const opened = (card: VirtualPivCard) => PivToken.open(linkOf(card), 'piv')
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

describe('a key is put into a card', () => {
  const managements: readonly (readonly [string, VirtualCard])[] = [
    ['Triple DES, as delivered before firmware 5.7', {}],
    ['AES-192, as delivered since', { management: { type: 0x0a, cipher: 'aes-192-ecb', key: factoryManagementKey } }],
    ['AES-256', { management: { type: 0x0c, cipher: 'aes-256-ecb', key: Buffer.alloc(32, 5) } }],
  ]

  test.each(managements)('that asks for %s, and is used from then on', async (_, options) => {
    const card = new VirtualPivCard(options)
    const token = await opened(card)
    expect(await codeOf(token.publicKey())).toBe('token-empty')
    const management = Secret.ofBytes(options.management?.key ?? factoryManagementKey)
    await token.importKey(privateKey, management, systemRandom, now)
    expect((await token.publicKey()).equals(publicKey)).toBe(true)
    const clear = Buffer.alloc(256, 3)
    const block = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, clear)
    await token.unlock(Secret.ofText('123456'))
    expect(Buffer.from(await token.privateStep(block))).toEqual(clear)
    // Other programs find the key by its certificate.
    const { data } = await exchange(linkOf(card).transmit, {
      header: [0xcb, 0x3f, 0xff],
      data: tlv(0x5c, Buffer.from('5fc10b', 'hex')),
    })
    expect(keyOfCertificate(data)!.equals(publicKey)).toBe(true)
  })

  test('by whoever knows its management key only', async () => {
    const card = new VirtualPivCard()
    const token = await opened(card)
    for (const wrong of [Buffer.alloc(24, 9), Buffer.alloc(16, 1)]) {
      const refused = token.importKey(privateKey, Secret.ofBytes(wrong), systemRandom, now)
      expect(await codeOf(refused)).toMatch(/^(?:management-wrong|token-answer)$/)
    }
    expect(await codeOf(token.publicKey())).toBe('token-empty')
  })

  test('and its certificate is one that OpenSSL takes', () => {
    const object = certificateObject(privateKey, 'Assay evidence', Uint8Array.of(255, 0, 1), now)
    const der = valueAt(object, 0x53, 0x70)!
    const certificate = new X509Certificate(der)
    expect(certificate.verify(publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=Assay evidence')
    expect(new Date(certificate.validFrom)).toEqual(now)
    const packed = tlv(0x53, tlv(0x70, gzipSync(der)), tlv(0x71, Uint8Array.of(1)), tlv(0xfe))
    expect(keyOfCertificate(packed)!.equals(publicKey)).toBe(true)
    const bomb = tlv(0x53, tlv(0x70, gzipSync(Buffer.alloc(1 << 20))), tlv(0x71, Uint8Array.of(1)))
    expect(keyOfCertificate(bomb)).toBe(null)
  })
})

describe('a card', () => {
  test('without a PIV application, without RSA-2048, or that gives back another block, is told apart', async () => {
    const none = new VirtualPivCard()
    none.transmit = () => Buffer.from('6a82', 'hex')
    expect(await codeOf(opened(none))).toBe('token-no-piv')
    const small = new VirtualPivCard()
    small.hold(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
    expect(await codeOf((await opened(small)).publicKey())).toBe('token-empty')
    const short = cardWithKey()
    const { transmit } = short
    short.transmit = apdu => (apdu[1] === 0x87 ? Buffer.from('7c048202aabb9000', 'hex') : transmit.call(short, apdu))
    const token = await opened(short)
    await token.unlock(Secret.ofText('123456'))
    expect(await codeOf(token.privateStep(new Uint8Array(256)))).toBe('token-answer')
  })

  test('gets no PIN that could be none, so that no try is lost', async () => {
    const card = cardWithKey()
    const token = await opened(card)
    for (const pin of ['12345', '123456789', '12 456', '12345\u00e9', '']) {
      const given = pin === '' ? Secret.ofText(' ') : Secret.ofText(pin)
      expect(await codeOf(token.unlock(given))).toBe('pin-form')
    }
    expect(await token.triesLeft()).toBe(3)
    expect(card.seen.filter(apdu => apdu[1] === 0x20 && apdu.length > 5)).toEqual([])
  })

  test('is asked for one private step by one private step, and the PIN goes to it in VERIFY alone', async () => {
    const card = cardWithKey()
    const token = await opened(card)
    await token.unlock(Secret.ofText('123456'))
    await token.privateStep(new Uint8Array(256))
    expect(card.steps).toBe(1)
    const withPin = card.seen.filter(apdu => Buffer.from(apdu).includes('123456'))
    expect(withPin.map(apdu => apdu[1])).toEqual([0x20])
    await token.close()
    const after = await opened(card)
    expect(await codeOf(after.privateStep(new Uint8Array(256)))).toBe('token-locked')
  })

  test('that answers anything at all gives a result or an error of ours, and never holds anybody up', async () => {
    const answers = fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), ofStatus()), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(answers, async given => {
        let next = 0
        const transmit = async () => given[next++ % given.length]!
        const link = { reader: 'hostile', transmit, close: async () => {} }
        const use = async () => {
          const token = await PivToken.open(link, 'piv')
          await token.publicKey()
          await token.triesLeft()
          await token.unlock(Secret.ofText('123456'))
          await token.privateStep(new Uint8Array(256))
          await token.importKey(privateKey, Secret.ofBytes(factoryManagementKey), systemRandom, now)
        }
        await use().catch(error => expect(error).toBeInstanceOf(TokenError))
      }),
      { numRuns: 400 },
    )
  })
})

function ofStatus() {
  const statuses = ['9000', '6982', '6983', '63c2', '63c0', '6a82', '6100', '61ff', '6d00']
  const body = fc.constantFrom('', '7c00', '7c0a8008aabbccddeeff0011', '0101030482', '53820102', '7c828100')
  return fc
    .tuple(body, fc.constantFrom(...statuses))
    .map(([data, status]) => new Uint8Array(Buffer.from(data + status, 'hex')))
}

describe('TLV', () => {
  test('gives back what was written, and null for what is cut', () => {
    const tag = fc.constantFrom(0x53, 0x7c, 0x81, 0x5c, 0x7f49, 0x5fc10b)
    fc.assert(
      fc.property(
        fc.array(fc.record({ tag, value: fc.uint8Array({ maxLength: 400 }) }), { maxLength: 4 }),
        elements => {
          const bytes = Buffer.concat(elements.map(one => tlv(one.tag, one.value)))
          const back = parseTlvs(bytes)!
          expect(back.map(one => [one.tag, ...one.value])).toEqual(elements.map(one => [one.tag, ...one.value]))
          if (elements.length > 0) expect(parseTlvs(bytes.subarray(0, -1))).not.toEqual(back)
        },
      ),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => void valueAt(bytes, 0x53, 0x70)))
    expect(parseTlvs(Uint8Array.of(0x53, 0x84, 1, 2, 3, 4))).toBe(null)
  })
})

test('the key in a certificate and the key of metadata are the same one', async () => {
  const by = async (options: VirtualCard) => (await opened(cardWithKey(options))).publicKey()
  expect((await by({ metadata: true })).equals(await by({ metadata: false }))).toBe(true)
  expect(createPublicKey(privateKey).equals(publicKey)).toBe(true)
})
