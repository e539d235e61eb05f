import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LotFileError, readLotFile } from './unit-record.ts'

const unit = { serial: 'BX2409708', address: '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu' }
const epk = '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf'

describe('readLotFile', () => {
  it('takes {units: […]} and a bare array, and ignores public fields that it does not know', () => {
    for (const text of [JSON.stringify({ units: [{ ...unit, box: 7 }] }), JSON.stringify([{ ...unit, box: 7 }])]) {
      const { lot, warnings } = readLotFile(text)
      expect(lot.units).toEqual([unit])
      expect(warnings).toEqual([])
    }
  })

  it('takes what other programs write: a head of their own, null for unknown, a lot as a number', () => {
    const text = JSON.stringify({ format: 'their-units-3', lot: 12, units: [{ ...unit, lot: 12, publicKey: null }] })
    expect(readLotFile(text).lot).toEqual({ lot: '12', product: null, units: [{ ...unit, lot: '12' }] })
  })

  it('takes a unit of which only the serial is known', () => {
    expect(readLotFile('[{"serial": "A1"}]').lot.units).toEqual([{ serial: 'A1' }])
  })

  it.each([
    'passphrase',
    'passphraseDisplay',
    'epk',
    'EPK',
    'encrypted_private_key',
    'privateKey',
    'private-key',
    'privateKeyHex',
    'wif',
    'wifForTestOnly',
    'seedb',
    'bip38Passphrase',
    'passfactor',
    'mnemonic',
  ])('does not read the secret field %s, and warns without its value', field => {
    const { lot, warnings } = readLotFile(JSON.stringify([{ ...unit, [field]: 'hush-hush' }]))
    expect(JSON.stringify(lot)).not.toContain('hush')
    expect(warnings).toEqual([expect.stringContaining(`unit BX2409708: the field «${field}» is secret`)])
    expect(warnings.join()).not.toContain('hush')
  })

  it('finds secrets at any depth, and by their form whatever their field is called', () => {
    const { lot, warnings } = readLotFile(
      JSON.stringify([{ ...unit, printed: { bottomEpk: 'x', layers: [{ text: epk }] }, note: epk }]),
    )
    expect(JSON.stringify(lot)).not.toContain('6P')
    expect(warnings).toHaveLength(3)
    expect(warnings.join()).not.toContain(epk)
    expect(warnings[0]).toContain('printed.bottomEpk')
    expect(warnings[1]).toContain('printed.layers.0.text')
  })

  it('does not repeat a secret that stands where a field name belongs', () => {
    const { lot, warnings } = readLotFile(JSON.stringify([{ ...unit, byKey: { [epk]: 1 } }]))
    expect(JSON.stringify([lot, warnings])).not.toContain('6P')
    expect(warnings).toEqual([expect.stringContaining('byKey.[secret]')])
  })

  it('warns of a secret of the lot itself', () => {
    const { warnings } = readLotFile(JSON.stringify({ seed: 'hush', units: [unit] }))
    expect(warnings).toEqual([expect.stringContaining('the lot: the field «seed» is secret')])
  })

  it('keeps public codes although their names are near to secret ones', () => {
    const codes = { intermediateCode: 'passphraseZ…', confirmationCode: 'cfrm38…', publicKey: '02ab' }
    const { lot, warnings } = readLotFile(JSON.stringify([{ ...unit, ...codes }]))
    expect(lot.units[0]).toEqual({ ...unit, ...codes })
    expect(warnings).toEqual([])
  })

  it.each([
    ['{', 'lot-not-json'],
    ['{}', 'lot-without-units'],
    ['[]', 'lot-without-units'],
    ['7', 'lot-without-units'],
    ['null', 'lot-without-units'],
    ['{"units": {}}', 'lot-without-units'],
    ['[{"address": "1H"}]', 'lot-faulty'],
    ['[{"serial": 12}]', 'lot-faulty'],
    ['[3]', 'lot-faulty'],
    ['{"format": "assay-lot-2", "units": [{"serial": "A"}]}', 'lot-faulty'],
    ['[{"serial": "A"}, {"serial": "A"}]', 'lot-serial-twice'],
  ])('refuses %s as %s', (text, code) => {
    expect(() => readLotFile(text, 'lot.json')).toThrow(expect.objectContaining({ code }))
    expect(() => readLotFile(text, 'lot.json')).toThrow(/^lot\.json/)
  })

  it('never quotes the text in an error, as it may hold a secret', () => {
    expect(() => readLotFile(`{"epk": "${epk}", oops`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('6P') }),
    )
  })

  it('takes any JSON without crashing', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        try {
          readLotFile(text)
        } catch (error) {
          expect(error).toBeInstanceOf(LotFileError)
        }
      }),
      { numRuns: 300 },
    )
  })
})
