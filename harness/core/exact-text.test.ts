import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactText, visibleText } from './exact-text.ts'
import { Secret } from './secret.ts'

const bytesOf = (...parts: (string | number)[]) =>
  Uint8Array.from(parts.flatMap(part => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part])))
const address = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'

describe('the text of bytes', () => {
  it.each([
    ['a byte order mark in front', bytesOf(0xef, 0xbb, 0xbf, address), `\\xEF\\xBB\\xBF${address}`],
    ['a line end behind', bytesOf(address, 10), `${address}\\x0A`],
    ['a zero byte behind', bytesOf(address, 0), `${address}\\x00`],
    ['a no-break space', bytesOf('\u00a0', address), `\\xC2\\xA0${address}`],
    ['a zero-width space inside', bytesOf('1Boat\u200b', address.slice(5)), `1Boat\\xE2\\x80\\x8B${address.slice(5)}`],
    ['bytes that are no UTF-8', bytesOf(0xff, address), `\\xFF${address}`],
    ['an overlong zero', bytesOf(0xc0, 0x80, address), `\\xC0\\x80${address}`],
    ['nothing but itself', bytesOf(address), address],
  ])('shows %s', (_, bytes, text) => {
    expect(visibleText(bytes)).toBe(text)
    expect(visibleText(bytes) === address).toBe(bytes.length === address.length)
  })

  it('is the same text only for the same bytes, in a Secret too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        const utf8 = bytesOf(text)
        expect(bytesOf(exactText(utf8))).toEqual(utf8)
        expect(Secret.ofBytes(bytesOf(0, ...bytes)).exposeText()).toBe(exactText(bytesOf(0, ...bytes)))
      }),
    )
    expect(Secret.ofBytes(bytesOf(0xef, 0xbb, 0xbf, '6P')).exposeText()).toBe('\ufeff6P')
    expect(Secret.ofBytes(bytesOf(0xff, '6P')).exposeText()).toBe('\\xFF6P')
  })
})
