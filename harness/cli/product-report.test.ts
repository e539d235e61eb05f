import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { shippedFonts } from '../products/font.ts'
import { loadProfile } from '../products/load-profile.ts'
import { checkProduct, listProducts, printProductSchema, showProduct } from './product-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-product-'))
afterAll(() => rmSync(folder, { recursive: true }))

function printed(report: (print: (line: string) => void) => number): { text: string; exitCode: number } {
  const lines: string[] = []
  const exitCode = report(line => lines.push(line))
  return { text: lines.join('\n'), exitCode }
}

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('assay product check', () => {
  it('says every fault with its place and ends with 2', () => {
    const profile = structuredClone(loadProfile('real'))
    profile.marks[0]!.rect.x = 20
    profile.serial.example = '?'
    const { text, exitCode } = printed(print => checkProduct(file('bad.json', JSON.stringify(profile)), {}, print))
    expect(exitCode).toBe(2)
    expect(text).toMatch(/3 faults/)
    expect(text).toMatch(/marks\[0\]\.rect: «address-qr» .* reaches out of the top-layer/)
    expect(text).toMatch(/serial\.example: /)
  })

  it('names a limit that no measurement has, with the nearest one that there is', () => {
    const limits = { 'placment-shfit': { min: null, max: 0.4 } }
    const path = file('limits.json', JSON.stringify({ ...loadProfile('real'), limits }))
    const { text, exitCode } = printed(print => checkProduct(path, {}, print))
    expect(exitCode).toBe(2)
    expect(text).toMatch(/1 fault\n {2}limits\.placment-shfit: .*«placment-shfit» \(did you mean placement-shift\?\)/)
  })

  it('draws a sound profile and repeats what is nominal', () => {
    const svg = join(folder, 'real.svg')
    const path = file('good.json', JSON.stringify(loadProfile('real')))
    const { text, exitCode } = printed(print => checkProduct(path, { svg }, print))
    expect(exitCode).toBe(0)
    expect(text).toMatch(/sound\. Ballet REAL has 8 marks/)
    expect(text).toMatch(/nominal: The serial's format is not published/)
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*scratch-off/s)
  })

  it('finds a font beside the profile, and says when it is not there', () => {
    const font = fileURLToPath(new URL(`../products/fonts/${shippedFonts.print}`, import.meta.url))
    copyFileSync(font, join(folder, 'ours.ttf'))
    const profile = { ...loadProfile('real'), fonts: { etching: 'ours.ttf', print: 'theirs.ttf' } }
    const { text, exitCode } = printed(print => checkProduct(file('font.json', JSON.stringify(profile)), {}, print))
    expect(exitCode).toBe(2)
    expect(text).toMatch(/1 fault\n {2}fonts\.print: The font .*theirs\.ttf cannot be used: it does not exist/)
    expect(loadProfile(file('font.json', JSON.stringify(profile))).fonts.etching).toBe(join(folder, 'ours.ttf'))
  })

  it('says so when the file is not JSON, and refuses one that is not there', () => {
    expect(printed(print => checkProduct(file('no.json', '{'), {}, print))).toEqual({
      text: expect.stringMatching(/is not JSON/),
      exitCode: 2,
    })
    expect(() => checkProduct(folder, {}, () => {})).toThrow(/it is a folder\.$/)
    expect(() => checkProduct(join(folder, 'absent.json'), {}, () => {})).toThrow(/cannot be read/)
  })

  it('gives one JSON document when asked', () => {
    const { text } = printed(print => checkProduct(file('empty.json', '{}'), { json: true }, print))
    expect(JSON.parse(text)).toMatchObject({
      sound: false,
      faults: expect.arrayContaining([{ path: 'name', message: expect.any(String) }]),
    })
  })
})

describe('assay product list, show, schema', () => {
  it('list names every shipped product', () => {
    expect(printed(print => listProducts({}, print)).text).toMatch(
      /assay-reference .*\n.*\nblock .*\npro .*\npure .*\nreal /,
    )
  })

  it('show --json gives a profile that check accepts', () => {
    const { text } = printed(print => showProduct('pro', { json: true }, print))
    expect(printed(print => checkProduct(file('pro.json', text), {}, print)).exitCode).toBe(0)
  })

  it('show says whether separators belong to the passphrase', () => {
    expect(printed(print => showProduct('real', {}, print)).text).toMatch(/«-» \(part of the passphrase\)/)
    expect(printed(print => showProduct('assay-reference', {}, print)).text).toMatch(
      /«-» \(not part of the passphrase\)/,
    )
  })

  it('schema is JSON Schema', () => {
    expect(JSON.parse(printed(printProductSchema).text)).toMatchObject({
      $schema: expect.stringMatching(/json-schema/),
      type: 'object',
    })
  })
})
