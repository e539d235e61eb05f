import { describe, expect, it } from 'vitest'
import { loadProfile } from './load-profile.ts'
import { addressOfSymbol, symbolText } from './printed-address.ts'

const reference = loadProfile('assay-reference')
const printing = (...prefixes: string[]) => ({ ...reference, address: { ...reference.address, prefixes } })
const address = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'

describe('an address symbol', () => {
  it('carries the bare address where the profile names no prefix', () => {
    expect(symbolText(reference, address)).toBe(address)
    expect(addressOfSymbol(reference, address)).toBe(address)
    // No prefix is known, so that it stays and is no address.
    expect(addressOfSymbol(reference, `bitcoin:${address}`)).toBe(`bitcoin:${address}`)
  })

  it('carries the prefix that the profile names, its scheme in any case, and no other and none', () => {
    const profile = printing('bitcoin:')
    expect(symbolText(profile, address)).toBe(`bitcoin:${address}`)
    expect(addressOfSymbol(profile, `bitcoin:${address}`)).toBe(address)
    expect(addressOfSymbol(profile, `BITCOIN:${address}`)).toBe(address)
    expect(addressOfSymbol(profile, address)).toBeNull()
    expect(addressOfSymbol(profile, `litecoin:${address}`)).toBeNull()
    expect(addressOfSymbol(profile, ` bitcoin:${address}`)).toBeNull()
    expect(addressOfSymbol(profile, `bitcoin:${address}?amount=1`)).toBe(`${address}?amount=1`)
  })

  it('may do without where the empty prefix is named too', () => {
    const profile = printing('', 'bitcoin:')
    expect(symbolText(profile, address)).toBe(address)
    expect(addressOfSymbol(profile, `bitcoin:${address}`)).toBe(address)
    expect(addressOfSymbol(profile, address)).toBe(address)
  })
})
