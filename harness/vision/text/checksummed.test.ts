import { expect, test } from 'vitest'
import { hasRightChecksum, upheldByChecksum } from './checksummed.ts'
import type { LineReading } from './line-reading.ts'

// Addresses of Bitcoin's first block, of BIP173 and of BIP350.
const ADDRESSES = [
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
]

/** A line decoded with a doubt. */
function line(text: string, doubt: LineReading['doubt']): LineReading {
  return {
    text: doubt === null ? text : null,
    outcome: doubt === null ? 'read' : 'unread',
    doubt,
    confidence: 0.7,
    characters: [...text].map(symbol => ({
      symbol,
      probability: 0.7,
      alternatives: [],
      box: { left: 0, top: 0, right: 1, bottom: 1 },
      literal: false,
    })),
    readers: ['pp-ocr'],
    lattice: null,
    massOutsideAlphabet: 0,
    symbolsSeen: text.length,
    inkPresent: true,
    turnDeg: 0,
    sharpness: null,
    legibility: null,
    strokes: null,
    because: 'the weakest character has probability 0.70',
  }
}

test.for(ADDRESSES)('%s has a right checksum, and no single change keeps it', address => {
  expect(hasRightChecksum(address)).toBe(true)
  for (let i = 4; i < address.length; i++)
    expect(hasRightChecksum(address.slice(0, i) + (address[i] === 'x' ? 'z' : 'x') + address.slice(i + 1))).toBe(false)
})

test('a right checksum upholds weak lines, as they were seen', () => {
  const address = ADDRESSES[0]!
  const upheld = upheldByChecksum([line(address.slice(0, 12), 'weak'), line(address.slice(12), null)])
  expect(upheld.map(({ text }) => text).join('')).toBe(address)
  expect(upheld.every(({ outcome }) => outcome === 'read')).toBe(true)
  expect(upheld[0]!.because).toMatch(/checksum is right/)
})

test('a wrong checksum, or a doubt about the shape, upholds nothing', () => {
  const address = ADDRESSES[0]!
  const wrong = [line(`2${address.slice(1, 12)}`, 'weak'), line(address.slice(12), null)]
  expect(upheldByChecksum(wrong)).toEqual(wrong)
  const shapeless = [line(address.slice(0, 12), 'shape'), line(address.slice(12), null)]
  expect(upheldByChecksum(shapeless)).toEqual(shapeless)
})
