import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markNamed } from './geometry.ts'
import { loadProfile } from './load-profile.ts'
import type { TextMark } from './profile.ts'
import { bip38Passphrase, displayPassphrase, joinLines, separatorOf, splitText } from './text-setting.ts'

const reference = loadProfile('assay-reference')
const real = loadProfile('real')
const pro = loadProfile('pro')
const text = (name: string, profile = reference) => markNamed(profile, name) as TextMark

describe('splitText', () => {
  it('cuts addresses as the photographed reference cards do', () => {
    const address = text('address-text')
    // Read from the photographs of units U21 (34 characters), U24 (33) and U10 (42).
    expect(splitText(address, '1Ke85Zrd5TKjQVT7gPLjWB2qjYEdo5hczC')).toEqual([
      '1Ke85Zrd5TKj',
      'QVT7gPLjWB2q',
      'jYEdo5hczC',
    ])
    expect(splitText(address, '18vkDNDLx3noPrjk7hmX4sdcogXGi9WJW').map(line => line.length)).toEqual([11, 11, 11])
    expect(splitText(address, 'bc1q3ade9wex9ymmjqj0alvu0e952cwfwyrlyp2849').map(line => line.length)).toEqual([
      14, 14, 14,
    ])
  })

  it('keeps groups whole', () => {
    expect(splitText(text('passphrase'), 'NC67-ZBX6-MCD6-JGGF-VWMV-5EP2')).toEqual(['NC67-ZBX6-MCD6', 'JGGF-VWMV-5EP2'])
    expect(splitText(text('passphrase', real), '3515-H0EP-J513-IUL6-0K5Y')).toEqual(['3515-H0EP-J513-IUL6-0K5Y'])
  })

  it('is undone by joinLines, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 90 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('equal' as const, 'groups' as const),
        (whole, count, split) => {
          const mark = { ...text('passphrase'), split, lines: Array(count).fill(text('passphrase').lines[0]!) }
          const groups =
            split === 'groups'
              ? whole
                  .split('-')
                  .filter(group => group !== '')
                  .join('-')
              : whole
          const lines = splitText(mark, groups, '-')
          expect(lines).toHaveLength(count)
          expect(joinLines(mark, lines, '-')).toBe(groups)
        },
      ),
    )
  })
})

describe('the passphrase', () => {
  it('gets separators that are only typography, and loses them', () => {
    expect(displayPassphrase(reference, 'NC67ZBX6MCD6JGGFVWMV5EP2')).toBe('NC67-ZBX6-MCD6-JGGF-VWMV-5EP2')
    expect(bip38Passphrase(reference, 'NC67-ZBX6-MCD6-JGGF-VWMV-5EP2')).toBe('NC67ZBX6MCD6JGGFVWMV5EP2')
  })

  it('keeps separators that belong to the secret', () => {
    const secret = '3515-H0EP-J513-IUL6-0K5Y'
    expect(displayPassphrase(real, secret)).toBe(secret)
    expect(bip38Passphrase(real, secret)).toBe(secret)
  })

  it("of the customer's own making is never changed", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), own => {
        expect(bip38Passphrase(pro, displayPassphrase(pro, own))).toBe(own)
      }),
    )
  })
})

describe('separatorOf', () => {
  it('is none where a text has no groups', () => {
    expect(separatorOf(reference, text('serial-card'))).toBe('')
  })
})
