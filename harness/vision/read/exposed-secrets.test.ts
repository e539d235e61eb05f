import { expect, test } from 'vitest'
import type { Quad } from '../../imaging/quad.ts'
import { textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { exposedSecrets } from './exposed-secrets.ts'
import type { TextSeen } from './text-marks.ts'

const profile = loadProfile('assay-reference')
const where: Quad = [
  [0, 0],
  [9, 0],
  [9, 9],
  [0, 9],
]
const symbol = (bytes: Uint8Array | null) => ({ bytes, corners: where }) as FoundSymbol
const utf8 = (text: string) => new TextEncoder().encode(text)
/** A mark of which lines were read, or not (null), though the whole text was not accepted. */
const textAt = (name: string, ...lines: readonly (string | null)[]) => ({
  mark: textMarks(profile).find(mark => mark.name === name)!,
  seen: { lines: lines.map(text => ({ reading: { text } })), text: null } as unknown as TextSeen,
  where,
})
const kindsOf = (...given: Parameters<typeof exposedSecrets> extends [unknown, ...infer Rest] ? Rest : never) =>
  exposedSecrets(profile, ...given).map(({ kind }) => kind)

test('secrets in symbols are named wherever they stand, and public ones are not', () => {
  expect(
    kindsOf([
      symbol(utf8('L44B5gGEpqEDRS9vVPz7QT35jcBG2r3CZwSwQ4fCewXAhAhqGVpP')),
      symbol(utf8('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')),
      symbol(Uint8Array.from({ length: 16 }, (_, i) => 200 + i)),
      symbol(null),
    ]),
  ).toEqual(['wif', 'seed-qr'])
})

test('one line of a passphrase that can be read is a passphrase that lies open', () => {
  expect(kindsOf([], [textAt('passphrase', 'ABCDEFGHJKMN', null)])).toEqual(['passphrase'])
  expect(kindsOf([], [textAt('passphrase', 'AB', null)])).toEqual([])
  expect(kindsOf([], [textAt('passphrase', null, null)])).toEqual([])
})

test('a line in another hand that anybody can read is one too, and what noise draws is none', () => {
  const unread = (symbolsSeen: number, confidence: number, massOutsideAlphabet: number) => {
    const { mark, seen } = textAt('passphrase', null)
    const lines = [{ reading: { text: null, symbolsSeen, confidence, massOutsideAlphabet } }]
    return kindsOf([], [{ mark, seen: { ...seen, lines } as unknown as TextSeen, where }])
  }
  expect(unread(12, 0.93, 0.09)).toEqual(['passphrase'])
  expect(unread(6, 0.6, 0.3)).toEqual(['passphrase'])
  expect(unread(1, 1, 0)).toEqual([])
  expect(unread(12, 0.004, 0.37)).toEqual([])
  expect(unread(12, 0.9, 0.9)).toEqual([])
})

test('a key in the place of a public text is one, though its checksum does not fit', () => {
  expect(kindsOf([], [textAt('address-text', '6PoGwvSD43Jj', 'r3bAPowFw6Ep', 't5fSPw1hkQ')])).toEqual(['epk'])
  expect(kindsOf([], [textAt('address-text', '1BoatSLRHtKN', 'ngkdXEeobR76', 'b53LETtpyT')])).toEqual([])
})
