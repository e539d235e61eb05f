import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIntermediateCode } from '../../bip38/intermediate.ts'
import { cheapEngine } from '../../bip38/scrypt/cheap-engine.testing.ts'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import { SigningKey } from '../../custody/signing-key.ts'
import { openKey, SealedKey } from '../../custody/store-key.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { addressesFor } from '../lot/addresses-for.ts'
import { productText, QuickLine } from '../quick-line.testing.ts'
import { drawSerial } from '../serial.ts'
import { profileHash } from '../site/lot-desk.ts'
import { acceptAnswer } from '../site-a/accept-answer.ts'
import { acceptRequest } from '../site-b/accept-request.ts'
import { manifestHash, openEnvelope, sealEnvelope } from './envelope.ts'
import { type AnswerManifest, RequestManifest } from './manifests.ts'

let line: QuickLine
let keys: { A: SigningKey; B: SigningKey }
/** Two lots, so that there are sound items that belong elsewhere. */
beforeAll(async () => {
  line = await QuickLine.withSites()
  await line.begin()
  await line.begin({ lot: 'virtual-2' })
  await line.make()
  await line.make({ lot: 'virtual-2', manifest: line.manifest('A', 'virtual-2') })
  keys = { A: await keyOf('A'), B: await keyOf('B') }
})
afterAll(() => line[Symbol.dispose]())

async function keyOf(site: 'A' | 'B'): Promise<SigningKey> {
  const sealed = SealedKey.parse(JSON.parse(readFileSync(join(line.site(site), 'site.key'), 'utf8')))
  return new SigningKey(await openKey(sealed, line.passwords[site], `the identity of site ${site}`))
}

const bodyOf = <Body>(text: string): Body => (JSON.parse(text) as { body: Body }).body
const request = () => bodyOf<RequestManifest>(line.manifest('A'))
const answer = () => bodyOf<AnswerManifest>(line.manifest('B'))

/** Why site B does not take a manifest, or `accepted`. */
function refusalAtB(manifest: string, name = 'assay-reference'): string {
  return codeOf(() => {
    const product = productText(name)
    acceptRequest(manifest, { from: keys.A.publicKey, to: keys.B.publicKey, lot: 'virtual-fresh', product })
  })
}

/** Why site A does not take an answer, or `accepted`. */
function refusalAtA(manifest: string, profile = loadProfile('assay-reference')): string {
  return codeOf(() => {
    const sent = request().items
    const answers = manifestHash(line.manifest('A'))
    acceptAnswer(manifest, { from: keys.B.publicKey, to: keys.A.publicKey, lot: 'virtual-1', answers, profile, sent })
  })
}

function codeOf(work: () => void): string {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

const items = (body: RequestManifest, change: (items: RequestManifest['items']) => RequestManifest['items']) => {
  const changed = change(body.items.map(item => ({ ...item })))
  return { ...body, count: changed.length, items: changed }
}
const fresh = (): RequestManifest => ({ ...request(), lot: 'virtual-fresh' })
const other = () => bodyOf<RequestManifest>(line.manifest('A', 'virtual-2'))

describe('site B refuses, by name and whole,', () => {
  it.each<[string, string, () => object]>([
    ['a doubled unit', 'item-doubled', () => items(fresh(), ([a, b, c]) => [a!, b!, b!, c!])],
    [
      'a unit with another’s code',
      'item-doubled',
      () => items(fresh(), ([a, b, c]) => [a!, { ...b!, intermediateCode: a!.intermediateCode }, c!]),
    ],
    [
      'two units with one serial',
      'item-doubled',
      () => items(fresh(), ([a, b, c]) => [a!, { ...b!, serial: a!.serial }, c!]),
    ],
    ['a missing unit', 'item-order', () => items(fresh(), ([a, , c]) => [a!, c!])],
    ['a missing unit that the count still has', 'item-count', () => ({ ...fresh(), items: fresh().items.slice(1) })],
    ['units changed about', 'item-order', () => items(fresh(), ([a, b, c]) => [b!, a!, c!])],
    ['a unit of another lot', 'item-order', () => items(fresh(), ([a, b]) => [a!, b!, other().items[2]!])],
    [
      'a damaged code',
      'item-code',
      () => items(fresh(), ([a, b, c]) => [a!, { ...b!, intermediateCode: swapLast(b!.intermediateCode) }, c!]),
    ],
    [
      'a serial of another product',
      'item-serial',
      () => items(fresh(), ([a, b, c]) => [a!, { ...b!, serial: 'no-serial' }, c!]),
    ],
    ['another lot’s manifest', 'manifest-lot', () => request()],
    ['a manifest without the lot number of the product', 'manifest-lot', () => ({ ...fresh(), lotNumber: null })],
    ['a manifest for another line', 'manifest-elsewhere', () => ({ ...fresh(), to: keys.A.publicKey })],
    ['another product', 'manifest-product', () => ({ ...fresh(), profileSha256: '0'.repeat(64) })],
    ['an unknown field', 'manifest-field', () => ({ ...fresh(), note: 'x' })],
    [
      'an unknown field of a unit',
      'manifest-field',
      () => items(fresh(), ([a, b, c]) => [{ ...a!, passphrase: 'x' } as never, b!, c!]),
    ],
    ['an answer', 'manifest-field', () => answer()],
    ['an operator’s name with room for more', 'manifest-field', () => ({ ...fresh(), operators: ['ABCD-EFGH'] })],
    ['no manifest at all', 'manifest-field', () => ({})],
  ])('%s, though site A signed it', (_, code, body) => {
    expect(refusalAtB(sealEnvelope(body(), keys.A))).toBe(code)
  })

  it('codes with lot and sequence for a product that has none, and the other way round', async () => {
    const code = (numbers: object) =>
      createIntermediateCode(
        { passphrase: 'x', ownerSalt: new Uint8Array('lot' in numbers ? 4 : 8), ...numbers },
        { scrypt: cheapEngine() },
      )
    const [withLot, bare] = [await code({ lot: 1, sequence: 0 }), await code({})]
    const one = (intermediateCode: string) => items(fresh(), ([a]) => [{ ...a!, intermediateCode }])
    expect(refusalAtB(sealEnvelope(one(bare), keys.A))).toBe('item-code')
    const pro = loadProfile('pro')
    const serial = drawSerial(pro, systemRandom, new Set())
    const proRequest = (intermediateCode: string) => ({
      ...fresh(),
      product: 'pro',
      profileSha256: profileHash(pro),
      lotNumber: null,
      count: 1,
      items: [{ serial, intermediateCode }],
    })
    const refusal = (intermediateCode: string) => refusalAtB(sealEnvelope(proRequest(intermediateCode), keys.A), 'pro')
    expect(refusal(bare)).toBe('accepted')
    expect(refusal(withLot)).toBe('item-code')
  })

  it('what another key signed', () => {
    const strange = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(5)))
    expect(refusalAtB(sealEnvelope(fresh(), strange))).toBe('manifest-signer')
    expect(refusalAtB(sealEnvelope(fresh(), keys.B))).toBe('manifest-signer')
  })

  it('every change of a single character', () => {
    const text = sealEnvelope(fresh(), keys.A)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'aZ0"} \n\\'), (place, character) => {
        const changed = text.slice(0, place) + character + text.slice(place + 1)
        if (changed !== text) expect(refusalAtB(changed)).toMatch(/^manifest-/)
      }),
      { numRuns: 300 },
    )
  })

  it('the same content written in another way: spaces, escapes and doubled keys could carry more', () => {
    const text = sealEnvelope(fresh(), keys.A)
    const { body, signature } = JSON.parse(text) as { body: object; signature: string }
    const content = canonicalJson(body)
    const turned = JSON.stringify(Object.fromEntries(Object.entries(body).reverse()))
    const tail = text.slice('{"body":'.length + content.length)
    for (const rewritten of [
      ` ${text}`,
      text.trimEnd(),
      JSON.stringify(JSON.parse(text), null, 1),
      text.replace('"virtual-fresh"', '"virtual-fres\\u0068"'),
      text.replace('{"body":', '{"body":{"secret":"x"},"body":'),
      // As long as it was, or with the same beginning and end.
      `{"body":${content},"body":${content}${tail}`,
      `{"body":${turned}${tail}`,
      `{"body":${content},"signature":${JSON.stringify(signature)},"format":"assay-courier-1"}\n`,
      `${canonicalJson({ format: 'assay-courier-1', body, signature })}`,
    ]) {
      expect(rewritten).not.toBe(text)
      expect(refusalAtB(rewritten)).toBe('manifest-rewritten')
    }
  })

  it('what is no manifest, and what is of a newer version', () => {
    expect(refusalAtB('passphrase')).toBe('manifest-unreadable')
    expect(refusalAtB('null')).toBe('manifest-field')
    // 64 MiB: ten times the longest lot, 100,000 units at 450 bytes.
    expect(refusalAtB(`null${' '.repeat(64 * 2 ** 20)}`)).toBe('manifest-unreadable')
    expect(refusalAtB('{"format":"assay-courier-2"}')).toBe('manifest-newer')
  })

  it('without leaving anything behind, whatever it has already', async () => {
    const elsewhere = sealEnvelope({ ...fresh(), to: keys.A.publicKey }, keys.A)
    expect(await line.make({ lot: 'virtual-fresh', manifest: elsewhere }).catch(e => e.code)).toBe('manifest-elsewhere')
    expect(existsSync(join(line.site('B'), 'lots', 'virtual-fresh'))).toBe(false)
    const before = readFileSync(line.ledger('B'), 'utf8')
    const second = sealEnvelope({ ...request(), operators: ['ann', 'zoe'] }, keys.A)
    expect(await line.make({ manifest: second }).catch(e => e.code)).toBe('manifest-second')
    expect(readFileSync(line.ledger('B'), 'utf8')).toBe(before)
  })

  it('without saying anything of what stood in the field that may not cross', () => {
    const body = items(fresh(), ([a, b, c]) => [{ ...a!, intermediateCode: 'ABCD-EFGH-JKLM' }, b!, c!])
    const open = () => openEnvelope(sealEnvelope(body, keys.A), keys.A.publicKey, RequestManifest)
    expect(open).toThrow('«items.0.intermediateCode»')
    expect(open).not.toThrow(/ABCD/)
  })
})

describe('site A refuses, by name and whole,', () => {
  const change = (edit: (items: AnswerManifest['items']) => AnswerManifest['items']) => () => {
    const changed = edit(answer().items.map(item => ({ ...item })))
    return { ...answer(), count: changed.length, items: changed }
  }
  const foreign = () => bodyOf<AnswerManifest>(line.manifest('B', 'virtual-2')).items[0]!

  it.each<[string, string, () => object]>([
    ['a missing unit', 'item-missing', change(([a, b]) => [a!, b!])],
    ['a doubled unit', 'item-doubled', change(([a, b, c]) => [a!, b!, c!, c!])],
    ['a foreign unit', 'item-foreign', change(([a, b, c]) => [a!, b!, c!, foreign()])],
    ['units changed about', 'item-order', change(([a, b, c]) => [c!, b!, a!])],
    [
      'codes of two units changed about',
      'item-swapped',
      change(([a, b, c]) => [
        { ...a!, confirmationCode: b!.confirmationCode },
        { ...b!, confirmationCode: a!.confirmationCode },
        c!,
      ]),
    ],
    [
      'a code of another lot',
      'item-swapped',
      change(([a, b, c]) => [{ ...a!, confirmationCode: foreign().confirmationCode }, b!, c!]),
    ],
    [
      'one key for two units',
      'item-doubled',
      change(([a, b, c]) => [a!, { ...b!, publicKey: a!.publicKey, addresses: a!.addresses }, c!]),
    ],
    [
      'a damaged confirmation code',
      'item-code',
      change(([a, b, c]) => [a!, { ...b!, confirmationCode: swapLast(b!.confirmationCode) }, c!]),
    ],
    ['an address of another key', 'item-address', change(([a, b, c]) => [a!, { ...b!, addresses: a!.addresses }, c!])],
    [
      'an address too many',
      'item-address',
      change(([a, b, c]) => [a!, { ...b!, addresses: { ...b!.addresses, ltc: b!.addresses['btc_p2pkh']! } }, c!]),
    ],
    ['an answer to another request', 'manifest-other-request', () => ({ ...answer(), answers: '0'.repeat(64) })],
    ['an answer for another line', 'manifest-elsewhere', () => ({ ...answer(), to: keys.B.publicKey })],
    ['an answer from another line', 'manifest-elsewhere', () => ({ ...answer(), from: keys.A.publicKey })],
    ['a count that is not that of its units', 'item-count', () => ({ ...answer(), count: 2 })],
    ['an answer for another lot', 'manifest-lot', () => bodyOf(line.manifest('B', 'virtual-2'))],
    [
      'an encrypted key beside the code',
      'manifest-field',
      change(([a, b, c]) => [{ ...a!, epk: '6P' } as never, b!, c!]),
    ],
    [
      'an encrypted key in the place of the code',
      'manifest-field',
      change(([a, b, c]) => [{ ...a!, confirmationCode: '6PoLpHU8' }, b!, c!]),
    ],
  ])('%s, though site B signed it', (_, code, body) => {
    expect(refusalAtA(sealEnvelope(body(), keys.B))).toBe(code)
  })

  it('what site B did not sign', () => {
    expect(refusalAtA(sealEnvelope(answer(), keys.A))).toBe('manifest-signer')
  })

  it('keys of another kind than the product has', () => {
    const profile = loadProfile('assay-reference')
    const manifest = sealEnvelope(answer(), keys.B)
    expect(refusalAtA(manifest, { ...profile, bip38: { ...profile.bip38, flags: [0x24] } })).toBe('accepted')
    expect(refusalAtA(manifest, { ...profile, bip38: { ...profile.bip38, flags: [0x20] } })).toBe('item-code')
  })
})

describe('a person', () => {
  it('works at one site only', async () => {
    const manifest = sealEnvelope(fresh(), keys.A)
    expect(await line.make({ lot: 'virtual-fresh', manifest }, { operator: 'ann' }).catch(e => e.code)).toBe(
      'operator-shared',
    )
    const shared = sealEnvelope({ ...answer(), operators: ['ann', 'bob'] }, keys.B)
    const before = readFileSync(line.ledger('A'), 'utf8')
    expect(await line.receive({ manifest: shared }).catch(e => e.code)).toBe('operator-shared')
    expect(readFileSync(line.ledger('A'), 'utf8')).toBe(before)
    expect(existsSync(join(line.site('A'), 'lots', 'virtual-1', 'answer.json'))).toBe(false)
  })
})

it('what both sites signed goes through', async () => {
  const received = await line.receive()
  expect(received).toEqual({ lot: 'virtual-1', units: 3, withPassphrases: true, verified: 3, unconfirmed: [] })
  expect(refusalAtA(line.manifest('B'))).toBe('accepted')
  expect(refusalAtB(sealEnvelope(fresh(), keys.A))).toBe('accepted')
})

it('a second answer does not replace the one that was accepted', async () => {
  const before = readFileSync(line.ledger('A'), 'utf8')
  const second = sealEnvelope({ ...answer(), operators: ['bob', 'zed'] }, keys.B)
  expect(refusalAtA(second)).toBe('accepted')
  expect(await line.receive({ manifest: second }).catch(e => e.code)).toBe('manifest-second')
  expect(readFileSync(line.ledger('A'), 'utf8')).toBe(before)
})

it('a unit whose public key is not the one that its confirmation code confirms is held back', async () => {
  const body = bodyOf<AnswerManifest>(line.manifest('B', 'virtual-2'))
  // The point 2·G of secp256k1: sound, with addresses that are its own, and nobody's.
  const publicKey = '02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5'
  const addresses = addressesFor(loadProfile('assay-reference'), publicKey)!
  const items = body.items.with(0, { ...body.items[0]!, publicKey, addresses })
  const received = await line.receive({ lot: 'virtual-2', manifest: sealEnvelope({ ...body, items }, keys.B) })
  expect(received).toMatchObject({
    verified: 2,
    unconfirmed: [{ serial: items[0]!.serial, why: expect.stringMatching(/confirms another public key/) }],
  })
})

function swapLast(code: string): string {
  return code.slice(0, -1) + (code.endsWith('1') ? '2' : '1')
}
