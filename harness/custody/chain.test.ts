import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../core/secret.ts'
import { canonicalJson, isWrittenCanonically } from './canonical-json.ts'
import { ChainFile, readChain } from './chain-file.ts'
import { type ChainEntry, chainFaults, nextEntry, ownFault, ownFaultOf } from './hash-chain.ts'
import { fingerprint, isSignedBy, requireFingerprint, SigningKey } from './signing-key.ts'

const keyOf = (byte: number) => new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(byte)))
const key = keyOf(1)
const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 4, 0, second)).toISOString()

function chainOf(length: number): ChainEntry[] {
  const entries: ChainEntry[] = []
  for (let i = 0; i < length; i++) entries.push(nextEntry(entries.at(-1) ?? null, { step: `step ${i}` }, at(i), key))
  return entries
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-chain-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, null], a: { d: 'é\n', c: true } })).toBe('{"a":{"c":true,"d":"é\\n"},"b":[1,null]}')
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), fields => {
        const turned = Object.fromEntries(Object.entries(fields).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(fields))
        expect(JSON.parse(canonicalJson(fields))).toEqual({ ...fields })
      }),
    )
  })

  it('writes fractions as RFC 8785 §3.2.2.3 has them', () => {
    // Its appendix B.
    const numbers = '[4.5,0.002,1e-27,333333333.3333333,9.999999999999997e-7,0.000001]'
    expect(canonicalJson(JSON.parse(numbers.replace('.3333333,', '.33333329,').replace('0.002', '2.00e-3')))).toBe(
      numbers,
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0, '\ud800', () => 1, new Date(0), undefined])(
    'refuses %s',
    value => {
      expect(() => canonicalJson([value])).toThrow(TypeError)
    },
  )
})

describe('a text that was read', () => {
  const isCanonical = (text: string) => isWrittenCanonically(text, JSON.parse(text))

  it('is known to be canonical where it is', () => {
    expect(isCanonical('{"a":[1,-0.5,1e-7,"é\\n"],"b":{"A":null,"a":true}}')).toBe(true)
  })

  it.each([
    '{"b":1,"a":2}',
    '[{"a":{"b":1,"a":2}}]',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '["\\u0061"]',
    '["\\ud800"]',
    '{"\\ud800":1}',
    '[9007199254740992]',
    '[1e+21]',
    '[-0]',
    '[1.0]',
    '{"__proto__":1}',
    '{"9":1,"10":2}',
  ])('is not known to be canonical: %s', text => {
    expect(isCanonical(text)).toBe(false)
  })

  it('is never called canonical where it is not', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary', maxDepth: 4 }), json => {
        const value = JSON.parse(json)
        const text = JSON.stringify(value)
        const canonical = () => {
          try {
            return canonicalJson(value)
          } catch {
            return null
          }
        }
        if (isCanonical(text)) expect(canonical()).toBe(text)
        if (isCanonical(json)) expect(canonical()).toBe(json)
      }),
    )
  })
})

describe('an Ed25519 key', () => {
  it('signs as RFC 8032 says', () => {
    // RFC 8032 §7.1, TEST 2.
    const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
    const own = new SigningKey(Secret.ofBytes(seed))
    expect(Buffer.from(own.publicKey, 'base64url').toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    )
    const signature = own.sign(Uint8Array.of(0x72))
    expect(Buffer.from(signature, 'base64url').toString('hex')).toMatch(
      /^92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223/,
    )
    expect(isSignedBy(own.publicKey, Uint8Array.of(0x72), signature)).toBe(true)
    expect(isSignedBy(own.publicKey, Uint8Array.of(0x73), signature)).toBe(false)
    expect(isSignedBy(key.publicKey, Uint8Array.of(0x72), signature)).toBe(false)
  })

  it('has one text a signature: spare bits of base64url are refused', () => {
    const signature = key.sign(Uint8Array.of(1))
    const last = signature.at(-1)!
    const twin = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].find(
      other =>
        other !== last &&
        Buffer.from(signature.slice(0, -1) + other, 'base64url').equals(Buffer.from(signature, 'base64url')),
    )!
    expect(isSignedBy(key.publicKey, Uint8Array.of(1), signature.slice(0, -1) + twin)).toBe(false)
    for (const bad of ['', 'x', `${signature}=`, 'é'.repeat(86)])
      expect(isSignedBy(key.publicKey, Uint8Array.of(1), bad)).toBe(false)
  })

  it('has one text a key: spare bits of base64url are refused', () => {
    const message = Uint8Array.of(1)
    const signature = key.sign(message)
    const { publicKey } = key
    const twin = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map(other => publicKey.slice(0, -1) + other)
      .find(
        other => other !== publicKey && Buffer.from(other, 'base64url').equals(Buffer.from(publicKey, 'base64url')),
      )!
    expect(isSignedBy(publicKey, message, signature)).toBe(true)
    expect(isSignedBy(twin, message, signature)).toBe(false)
    expect(isSignedBy(`${publicKey}AA`, message, signature)).toBe(false)
  })

  it('has 32 bytes, no fewer and no more', () => {
    for (const length of [1, 16, 31, 33, 64])
      expect(() => new SigningKey(Secret.ofBytes(new Uint8Array(length).fill(1)))).toThrow(`32 bytes, not ${length}`)
  })

  it('is accepted only by the fingerprint that was read aloud', () => {
    const aloud = fingerprint(key.publicKey)
    expect(aloud).toMatch(/^[0-9A-F]{4}( [0-9A-F]{4}){7}$/)
    requireFingerprint(key.publicKey, aloud.toLowerCase().replaceAll(' ', ''))
    expect(() => requireFingerprint(keyOf(2).publicKey, aloud)).toThrow(/not the one that was typed/)
    expect(() => requireFingerprint(key.publicKey, aloud.slice(0, 4))).toThrow(/not the one/)
  })
})

describe('a chain', () => {
  it('has no fault as it was written, and its head is known to others', () => {
    const entries = chainOf(4)
    expect(chainFaults(entries, { signers: [key.publicKey], heads: [{ index: 2, hash: entries[2]!.hash }] })).toEqual(
      [],
    )
  })

  it.each<[string, (entries: ChainEntry[]) => ChainEntry[], string]>([
    ['an entry left out', entries => entries.toSpliced(1, 1), 'gap'],
    ['two entries changed about', ([a, b, c, d]) => [a!, c!, b!, d!], 'order'],
    ['an entry twice', ([a, b, c, d]) => [a!, b!, b!, c!, d!], 'order'],
    ['a changed body', entries => entries.with(2, { ...entries[2]!, body: { step: 'another' } }), 'edited'],
    ['a changed time', entries => entries.with(2, { ...entries[2]!, at: at(50) }), 'edited'],
    [
      'another signature',
      entries => entries.with(2, { ...entries[2]!, signature: entries[1]!.signature }),
      'signature',
    ],
    [
      'an entry of a foreign key',
      entries => entries.with(3, nextEntry(entries[2]!, { step: 'x' }, at(9), keyOf(9))),
      'signer',
    ],
    [
      'an entry that the same key signed instead of another one',
      entries => entries.with(2, nextEntry(entries[1]!, { step: 'another' }, at(2), key)),
      'order',
    ],
    [
      'an entry that was hung behind another one',
      ([a, b, , d]) => {
        const other = nextEntry(b!, { step: 'another' }, at(2), key)
        return [a!, b!, other, { ...d!, previous: other.hash }]
      },
      'edited',
    ],
    ['an older entry', entries => entries.with(3, nextEntry(entries[2]!, { step: 'x' }, at(0), key)), 'time'],
    ['the end cut off', entries => entries.slice(0, 3), 'cut'],
  ])('shows %s', (_, change, kind) => {
    const entries = chainOf(4)
    const head = { index: 3, hash: entries[3]!.hash }
    const faults = chainFaults(change(entries), { signers: [key.publicKey], heads: kind === 'cut' ? [head] : [] })
    expect(faults.map(fault => fault.kind)).toContain(kind)
  })

  it('shows every change of a single character of its file', () => {
    const text = `${chainOf(3)
      .map(entry => JSON.stringify(entry))
      .join('\n')}\n`
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0aZ"}x '), (place, character) => {
        const changed = text.slice(0, place) + character + text.slice(place + 1)
        if (changed === text) return
        let faults: number
        try {
          faults = chainFaults(readChain(changed, 'it'), { signers: [key.publicKey] }).length
        } catch {
          faults = 1
        }
        // White space between the parts of JSON says nothing; everything else is seen.
        if (faults === 0) expect(readChain(changed, 'it')).toEqual(readChain(text, 'it'))
      }),
      { numRuns: 300 },
    )
  })
})

describe('an entry that is looked at beside other work', () => {
  const text = fc.string({ unit: 'grapheme' })

  it('shows the same faults, its text not being written again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, fc.array(text)), async fields => {
        const body = { ...fields, note: ',"hash":"' }
        const entry = nextEntry(null, body, at(0), key)
        const { hash, signature } = nextEntry(null, body, at(1), key)
        const all = [entry, { ...entry, signature }, { ...entry, hash }, { ...entry, body: { ...body, more: 1 } }]
        const told = await Promise.all(all.map(one => ownFaultOf(Buffer.from(canonicalJson(one)), one)))
        expect(told).toEqual([null, 'signature', 'edited', 'edited'])
        expect(told).toEqual(all.map(ownFault))
      }),
      { numRuns: 30 },
    )
  })

  it('is edited where the text is another one', async () => {
    const [one, other] = chainOf(2) as [ChainEntry, ChainEntry]
    expect(await ownFaultOf(Buffer.from(canonicalJson(other)), one)).toBe('edited')
    expect(await ownFaultOf(Buffer.from(''), one)).toBe('edited')
  })
})

describe('a chain file', () => {
  it('goes on where it was, and takes away half a last line', () => {
    const path = join(folder, 'half.ndjson')
    const now = () => new Date(at(10))
    {
      using chain = new ChainFile(path, key, now)
      chain.append({ n: 1 })
    }
    appendFileSync(path, '{"format":"assay-chain-1","ind')
    {
      using chain = new ChainFile(path, key, now)
      expect(chain.entries).toHaveLength(1)
      chain.append({ n: 2 })
      expect(chain.head?.index).toBe(1)
    }
    expect(chainFaults(readChain(readFileSync(path, 'utf8'), path))).toEqual([])
  })

  it('takes away all of a torn line that is longer than the entry that follows', () => {
    const path = join(folder, 'long.ndjson')
    const now = () => new Date(at(10))
    {
      using chain = new ChainFile(path, key, now)
      chain.append({ n: 1 })
    }
    appendFileSync(path, `{"format":"assay-chain-1","body":{"text":"${'x'.repeat(2000)}`)
    {
      using chain = new ChainFile(path, key, now)
      chain.append({ n: 2 })
    }
    expect(readChain(readFileSync(path, 'utf8'), path)).toHaveLength(2)
  })

  it('keeps every entry, whatever letters it is written in', () => {
    const path = join(folder, 'letters.ndjson')
    for (const words of [['Prüfer', 'Öl'], ['検査'], ['😀', 'a', 'é']]) {
      using chain = new ChainFile(path, key, () => new Date(at(10)))
      for (const word of words) chain.append({ word })
    }
    const entries = readChain(readFileSync(path, 'utf8'), path)
    expect(entries.map(({ body }) => body['word'])).toEqual(['Prüfer', 'Öl', '検査', '😀', 'a', 'é'])
    expect(chainFaults(entries)).toEqual([])
  })

  it('does not write when the clock went back, and forgives a step of network time', () => {
    const path = join(folder, 'clock.ndjson')
    let now = at(30)
    using chain = new ChainFile(path, key, () => new Date(now))
    chain.append({ n: 1 })
    now = at(29)
    expect(chain.append({ n: 2 }).at).toBe(at(30))
    now = at(1)
    const before = readFileSync(path)
    expect(() => chain.append({ n: 3 })).toThrow(/clock says .* Set the clock/)
    expect(readFileSync(path)).toEqual(before)
  })

  it('refuses to go on after a change, of another owner, and of a newer version', () => {
    const path = join(folder, 'changed.ndjson')
    const now = () => new Date(at(10))
    {
      using chain = new ChainFile(path, key, now)
      chain.append({ n: 1 })
    }
    const text = readFileSync(path, 'utf8')
    expect(() => new ChainFile(path, keyOf(3), now)).toThrow(/foreign key/)
    writeFileSync(path, text.replace('"n":1', '"n":2'))
    expect(() => new ChainFile(path, key, now)).toThrow(/was changed after/)
    writeFileSync(path, text.replace('assay-chain-1', 'assay-chain-2'))
    expect(() => new ChainFile(path, key, now)).toThrow(/newer Assay/)
    expect(readFileSync(path, 'utf8')).toBe(text.replace('assay-chain-1', 'assay-chain-2'))
  })
})
