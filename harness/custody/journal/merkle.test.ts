import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  consistencyProof,
  emptyRoot,
  type Hash,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  noPeaks,
  peakCount,
  rootOf,
  rootOfPeaks,
  withLeaf,
} from './merkle.ts'

// The eight leaves, roots and proofs of certificate-transparency-go's and the Go checksum database's test trees
// (merkle/testonly reference data, RFC 6962).
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const leaves = inputs.map(input => leafHash(Buffer.from(input, 'hex')))
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** RFC 6962 §2.1 word for word, on its own: MTH(D[n]). */
function reference(entries: readonly Uint8Array[]): Hash {
  const sha = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  if (entries.length === 0) return sha()
  if (entries.length === 1) return sha(Buffer.from([0]), entries[0]!)
  const k = 2 ** Math.floor(Math.log2(entries.length - 1))
  return sha(Buffer.from([1]), reference(entries.slice(0, k)), reference(entries.slice(k)))
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
/** Entries of a journal are never equal. */
const log = fc.uniqueArray(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70, selector: hex })

describe('the Merkle tree of RFC 6962', () => {
  it('has the roots of the published test tree', () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(inputs.map((_, i) => rootOf(leaves.slice(0, i + 1)).toString('hex'))).toEqual(roots)
  })

  it('gives the published proofs', () => {
    const hexes = (hashes: readonly Hash[]) => hashes.map(hex)
    expect(hexes(inclusionProof(leaves, 0))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(hexes(consistencyProof(leaves, 6))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  it('grown leaf by leaf has the root that the definition gives', () => {
    fc.assert(
      fc.property(log, entries => {
        const peaks = entries.map(leafHash).reduce(withLeaf, noPeaks)
        expect(peaks.hashes.length).toBe(peakCount(entries.length))
        expect(rootOfPeaks(peaks)).toEqual(reference(entries))
      }),
    )
  })

  it('proves every leaf, and no other leaf, place, size or root', () => {
    fc.assert(
      fc.property(log, fc.nat(), fc.nat(), (entries, chosen, other) => {
        const all = entries.map(leafHash)
        const root = reference(entries)
        const index = chosen % all.length
        const proof = inclusionProof(all, index)
        expect(isIncluded(all[index]!, index, all.length, proof, root)).toBe(true)
        const wrong = other % all.length
        if (wrong !== index) expect(isIncluded(all[index]!, wrong, all.length, proof, root)).toBe(false)
        expect(isIncluded(leafHash(Buffer.from('another')), index, all.length, proof, root)).toBe(false)
        expect(isIncluded(all[index]!, index, all.length, [...proof, root], root)).toBe(false)
        expect(isIncluded(all[index]!, index, all.length, proof, leafHash(root))).toBe(false)
        expect(isIncluded(all[index]!, all.length, all.length, proof, root)).toBe(false)
      }),
    )
  })

  it('proves that a log is the beginning of another, and of no other', () => {
    fc.assert(
      fc.property(log, fc.nat(), (entries, chosen) => {
        const all = entries.map(leafHash)
        const size = 1 + (chosen % all.length)
        const older = { size, root: reference(entries.slice(0, size)) }
        const newer = { size: all.length, root: reference(entries) }
        const proof = consistencyProof(all, size)
        expect(isConsistent(older, newer, proof)).toBe(true)
        expect(isConsistent({ size, root: leafHash(older.root) }, newer, proof)).toBe(false)
        expect(isConsistent(older, { ...newer, root: leafHash(newer.root) }, proof)).toBe(false)
        expect(isConsistent(newer, older, proof)).toBe(size === all.length)
        expect(isConsistent(older, newer, [...proof, newer.root])).toBe(false)
      }),
    )
  })
})
