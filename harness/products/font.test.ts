import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFont } from './font.node.ts'
import { FontError, shippedFonts } from './font.ts'
import { textMarks } from './geometry.ts'
import { shippedProfiles } from './load-profile.ts'

describe.each(Object.values(shippedFonts))('%s', file => {
  const font = openFont(file)

  it('makes a capital as high as it was asked to', () => {
    const [h] = font.setLine('H', { x: 10, y: 20 }, 'left', 2.6)
    expect(20 - h!.ink!.top).toBeCloseTo(2.6, 1)
    expect(h!.ink!.bottom).toBeCloseTo(20, 1)
  })

  it('is monospaced, and sets centred lines about their middle', () => {
    const advances = [...'0123456789ABCXYZ-'].map(symbol => font.advance(symbol, 2))
    expect(Math.max(...advances) - Math.min(...advances)).toBeLessThan(1e-9)
    const line = font.setLine('MMMM', { x: 15, y: 0 }, 'centre', 2, 0.3)
    expect((line[0]!.x + line[3]!.x + line[3]!.advance) / 2).toBeCloseTo(15)
    expect(line[1]!.x - line[0]!.x).toBeCloseTo(advances[0]! + 0.3)
  })

  it('has every symbol that a shipped product may show', () => {
    const always = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    for (const profile of shippedProfiles()) {
      const { alphabet, separator } = profile.passphrase
      const words = textMarks(profile).map(mark => mark.words ?? '')
      const symbols = [always, alphabet ?? '', separator ?? '', profile.serial.template, ...words].join('')
      expect(
        [...symbols].filter(symbol => !font.has(symbol)),
        profile.name,
      ).toEqual([])
    }
  })
})

describe('openFont', () => {
  it('tells a font that cannot be read from one that is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-font-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'no.ttf')
    expect(() => openFont(path)).toThrow(expect.objectContaining({ code: 'font-unreadable' }))
    writeFileSync(path, 'not a font')
    expect(() => openFont(path)).toThrow(expect.objectContaining({ code: 'font-faulty' }))
  })
})

describe('setLine', () => {
  it('does not tell which symbol a font lacks, as the text may be secret', () => {
    const error = (() => {
      try {
        openFont(shippedFonts.etching).setLine('漢', { x: 0, y: 0 }, 'left', 2)
        return null
      } catch (thrown) {
        return thrown as FontError
      }
    })()
    expect(error).toBeInstanceOf(FontError)
    expect(error?.message).not.toContain('漢')
  })
})
