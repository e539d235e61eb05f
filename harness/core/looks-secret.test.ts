import { describe, expect, it } from 'vitest'
import { looksSecret } from './looks-secret.ts'

const isSecret = (text: string) => looksSecret(new TextEncoder().encode(text))

// Published test vectors (BIP38, Bitcoin wiki, BIP32): nobody's money.
const epk = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'

describe('looksSecret', () => {
  it('knows private keys in every printed form, whole, cut off or inside a URI', () => {
    expect(isSecret(epk)).toBe(true)
    expect(isSecret(epk.slice(0, 30))).toBe(true)
    expect(isSecret(epk.slice(0, 6))).toBe(true)
    expect(isSecret(` ${epk}`)).toBe(true)
    expect(isSecret(`bip38:${epk}?x=1`)).toBe(true)
    expect(isSecret('5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ')).toBe(true)
    expect(isSecret('wif=L44B5gGEpqEDRS9vVPz7QT35jcBG2r3CZwSwQ4fCewXAhAhqGVpP;')).toBe(true)
    expect(isSecret(`xprv9s21ZrQH143K${'3'.repeat(95)}`)).toBe(true)
  })

  it('knows the keys of test networks, uncompressed and compressed', () => {
    // Bitcoin wiki, «List of address prefixes».
    expect(isSecret('92Pg46rUhgTT7romnV7iGW6W1gbGdeezqdbJCzShkCsYNzyyNcc')).toBe(true)
    expect(isSecret('cNJFgo1driFnPcBdBX8BrJrpxchBWXwXCvNH5SoSkdcF6JXXwHMm')).toBe(true)
  })

  // SLIP-132: one prefix a kind of address, on the main network and on test networks.
  it.each([...'xyztuvYZUV'])('knows an extended private key that begins with %sprv', letter => {
    expect(isSecret(`${letter}prv9s21ZrQH143K${'3'.repeat(95)}`)).toBe(true)
  })

  it('lets addresses, codes and serials through', () => {
    for (const text of [
      '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
      '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=0.1',
      'cfrm38V5cSfvZvkYkV3JC7QYzhXVqDQvUUNLhHDXJgFgQ7bYNyGLYfqtuCpdaLcqNnbBxtGv4gv',
      'passphraseb7ruSN4At4Rb8hPTNcAVezfsjonvUs4Qo3xSp1fBFsFPvVGSbpP2WTJMhw3mVZ',
      'AB1234567',
      'https://example.org/6Pack',
      '',
    ]) {
      expect([text, isSecret(text)]).toEqual([text, false])
    }
  })
})
