import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { profileJsonSchema } from './json-schema.ts'
import { loadProfile, parseProfile, shippedProfileNames, shippedProfiles } from './load-profile.ts'
import { ProfileError, pathText } from './profile-error.ts'

const reference = () => JSON.parse(readFileSync(new URL('shipped/assay-reference.json', import.meta.url), 'utf8'))

/** The faults of a profile text, or none. */
function faultsOf(profile: unknown): readonly { path: string; message: string }[] {
  try {
    parseProfile(JSON.stringify(profile), 'p.json')
    return []
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error
    return error.faults.map(fault => ({ path: pathText(fault.path), message: fault.message }))
  }
}

describe('shipped profiles', () => {
  it('are sound, and each is named as its file', () => {
    expect(shippedProfiles().map(profile => profile.name)).toEqual(shippedProfileNames())
    expect(shippedProfileNames()).toEqual(['assay-reference', 'assay-reference-right', 'block', 'pro', 'pure', 'real'])
  })

  it('say in `nominal` what the maker did not publish', () => {
    for (const name of ['real', 'pure', 'pro', 'block']) {
      const text = loadProfile(name).nominal.join(' ')
      expect(text).toMatch(/serial's format is not published/)
      expect(text).toMatch(/place and size are nominal/)
    }
  })

  it('are frozen to the last leaf', () => {
    const loose: string[] = []
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return
      if (!Object.isFrozen(value)) loose.push(path)
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`)
    }
    for (const profile of shippedProfiles()) visit(profile, profile.name)
    expect(loose).toEqual([])
  })
})

describe('the JSON Schema beside the profiles', () => {
  it('is current: write it again with assay product schema', () => {
    const file = new URL('product-profile.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(profileJsonSchema())))
  })
})

describe('loadProfile', () => {
  it('reads a file by its path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-profile-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'mine.json')
    writeFileSync(path, JSON.stringify({ ...reference(), name: 'mine' }))
    expect(loadProfile(path).name).toBe('mine')
  })

  it('says of texts and lists that are too long how long they may be, and repeats nothing of them', () => {
    const { appearance: _, ...bare } = reference() as Record<string, unknown> & { marks: unknown[]; serial: object }
    const long = 'A'.repeat(1_000_000)
    for (const spoiled of [
      { serial: { ...bare.serial, template: long } },
      { serial: { ...bare.serial, pattern: `^${'A?'.repeat(30_000)}$` } },
      { nominal: [long] },
      { marks: Array(20_000).fill(bare.marks[0]) },
    ]) {
      let said = ''
      const began = process.cpuUsage()
      try {
        parseProfile(JSON.stringify({ ...bare, ...spoiled }), 'p.json')
      } catch (error) {
        said = JSON.stringify([(error as Error).message, (error as { faults?: unknown }).faults])
      }
      const { user, system } = process.cpuUsage(began)
      expect(said).toMatch(/must be at most \d+/)
      expect(said.length).toBeLessThan(1000)
      expect((user + system) / 1000).toBeLessThan(2000)
    }
  })

  it('names the shipped products when there is none of that name', () => {
    expect(() => loadProfile('no-such-card')).toThrow(/no product «no-such-card».*assay-reference.*real/)
  })

  it('says so when the text is not JSON', () => {
    expect(() => parseProfile('{', 'p.json')).toThrow(/p\.json is not JSON/)
  })
})

describe('a fault', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a profile that is about to be broken
  type Broken = any
  const mark = (profile: Broken, name: string) => profile.marks.find((candidate: Broken) => candidate.name === name)
  const withEpkText = (profile: Broken) => {
    const lines = [{ baseline: { x: 2, y: 36 }, align: 'left', capHeight: 1 }]
    const rect = { x: 1, y: 34, width: 20, height: 3 }
    const epkText = { ...mark(profile, 'epk-qr'), kind: 'text', name: 'epk-text', content: 'epk', made: 'printed' }
    delete epkText.payload
    profile.marks.push({ ...epkText, rect, lines })
    return profile.marks.at(-1)
  }
  const cases: [what: string, spoil: (profile: Broken) => void, path: string | RegExp, message: RegExp][] = [
    ['an unknown field', p => (p.colour = 'red'), 'the whole file', /has no field colour/],
    [
      'two marks of one name',
      p => (p.marks[1].name = 'address-qr'),
      'marks[1].name',
      /mark 0 is called «address-qr» too/,
    ],
    [
      'two marks of one role',
      p => p.marks.push({ ...mark(p, 'serial-card'), name: 'serial-again' }),
      'marks[9]',
      /«serial-card» is already the serial text on card/,
    ],
    [
      'a sticker over the edge',
      p => (p.sticker.rect.x = 60),
      'sticker.rect',
      /reaches over the card's edge \(86 × 54 mm\)/,
    ],
    [
      'a mark off its layer',
      p => (mark(p, 'address-qr').rect.x = 15),
      'marks[0].rect',
      /reaches out of the top-layer \(30 × 38 mm\)/,
    ],
    ['a mark of a layer without sticker', p => (p.sticker = null), 'marks[0].on', /has no sticker/],
    ['an oblong QR code', p => (mark(p, 'address-qr').rect.height = 20), 'marks[0].rect', /must be square/],
    [
      'a baseline outside of its rectangle',
      p => (mark(p, 'serial-card').lines[0].baseline.y = 20),
      'marks[5].lines[0]',
      /outside of the mark's rectangle/,
    ],
    ['words that are not given', p => delete mark(p, 'words').words, 'marks[8].words', /say which/],
    [
      'words where the unit has its own',
      p => (mark(p, 'serial-card').words = 'X'),
      'marks[5].words',
      /leave `words` out/,
    ],
    ['an open EPK', p => (mark(p, 'epk-qr').secret = false), 'marks[3].secret', /set `secret` to true/],
    ['a secret address', p => (mark(p, 'address-qr').secret = true), 'marks[0].secret', /nothing secret/],
    [
      'a cover over nothing',
      p => (mark(p, 'scratch-off').covers = 'pass'),
      'marks[7].covers',
      /choose one of address-qr/,
    ],
    [
      'a cover on another surface',
      p => (mark(p, 'scratch-off').on = 'top-layer'),
      'marks[7].on',
      /must be on the card/,
    ],
    [
      'a cover that is too small',
      p => (mark(p, 'scratch-off').rect.width = 30),
      'marks[7].rect',
      /leaves a part of «passphrase».*uncovered/,
    ],
    [
      'a cover that is open with what it hides',
      p => mark(p, 'scratch-off').visibleIn.push('etched'),
      'marks[7].visibleIn',
      /both visible in «etched»/,
    ],
    [
      'both factors open together before `opened`',
      p => mark(p, 'epk-qr').visibleIn.push('etched'),
      'marks[6].visibleIn',
      /may meet on an opened unit only/,
    ],
    ['an open EPK text', p => (withEpkText(p).secret = false), 'marks[9].secret', /set `secret` to true/],
    [
      'an EPK text beside the passphrase before `opened`',
      p => withEpkText(p).visibleIn.push('etched'),
      'marks[6].visibleIn',
      /«passphrase» and «epk-text» are both visible in «etched»/,
    ],
    [
      'an EPK text without its symbol',
      p => (withEpkText(p).on = 'top-layer'),
      'marks[9]',
      /no EPK symbol to compare it with/,
    ],
    ['a value that is none', p => (p.denominations = ['much']), 'denominations[0]', /such as «0.1 BTC»/],
    ['a value twice', p => (p.denominations = ['1 BTC', '2 BTC', '1 BTC']), 'denominations[2]', /entry 1 already/],
    ['a serial pattern without anchors', p => (p.serial.pattern = '[A-Z]{2}'), 'serial.pattern', /anchored/],
    [
      'a serial pattern that is none',
      p => (p.serial.pattern = '^[A-Z{2}$'),
      'serial.pattern',
      /not a regular expression/,
    ],
    ['an example that does not match', p => (p.serial.example = 'BX24097O8'), 'serial.example', /does not match/],
    [
      'a template that does not describe it',
      p => (p.serial.template = 'AAA999999'),
      'serial.template',
      /A is a letter/,
    ],
    [
      'an alphabet with a symbol twice',
      p => (p.passphrase.alphabet = 'AAB'),
      'passphrase.alphabet',
      /each symbol once/,
    ],
    ['a separator of the alphabet', p => (p.passphrase.separator = 'A'), 'passphrase.separator', /also a symbol/],
    ['groups without length', p => (p.passphrase.groupLength = null), 'passphrase.groups', /go together/],
    ["a maker's free text", p => (p.passphrase.alphabet = null), 'passphrase.alphabet', /only the customer's own/],
    ['limits the wrong way round', p => (p.limits.x = { min: 2, max: 1 }), 'limits.x', /least allowed \(2\)/],
    ['a flag that BIP38 does not have', p => (p.bip38.flags = [0x21]), /^bip38\.flags\[0\]/, /./],
    ['a size below zero', p => (p.card.width = -1), 'card.width', /./],
  ]

  it.each(cases)('%s is found, with its place', (_, spoil, path, message) => {
    const profile = reference()
    spoil(profile)
    expect(faultsOf(profile)).toContainEqual({
      path: typeof path === 'string' ? path : expect.stringMatching(path),
      message: expect.stringMatching(message),
    })
  })

  it('is not found in the profile that the cases start from', () => {
    expect(faultsOf(reference())).toEqual([])
    const profile = reference()
    withEpkText(profile)
    expect(faultsOf(profile)).toEqual([])
  })
})

describe('parseProfile', () => {
  it('takes any JSON without crashing', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(() => parseProfile(text, 'any')).toThrow(ProfileError)
      }),
      { numRuns: 300 },
    )
  })

  it('takes a profile with any one leaf replaced without crashing', () => {
    const leaves: (readonly (string | number)[])[] = []
    const collect = (value: unknown, path: readonly (string | number)[]) => {
      leaves.push(path)
      if (typeof value !== 'object' || value === null) return
      for (const key of Object.keys(value)) {
        collect((value as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key])
      }
    }
    collect(reference(), [])
    fc.assert(
      fc.property(fc.constantFrom(...leaves.slice(1)), fc.jsonValue(), (path, value) => {
        const profile = reference()
        let at = profile
        for (const step of path.slice(0, -1)) at = at[step]
        at[path.at(-1)!] = value
        try {
          parseProfile(JSON.stringify(profile), 'spoilt')
        } catch (error) {
          expect(error).toBeInstanceOf(ProfileError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a file that is none', () => {
  it('that is not there is called by its name where it has one', () => {
    expect(() => loadProfile('reel')).toThrow('There is no product «reel»')
    expect(() => loadProfile('cards/Reel.json')).toThrow('There is no product «cards/Reel.json»')
    expect(() => loadProfile('ABCDE-FGH7J-KLMNP')).toThrow(/^There is no product of that name: /)
  })

  it.each([
    ['ABCDE-FGH7J-KLMNP-QRSTU', 'is not JSON (line 1, column 1)'],
    ['{"name": ABCDE-FGH7J}', 'is not JSON (line 1, column 10)'],
    ['['.repeat(20_000), 'is nested more than 64 levels deep'],
  ])('is refused without what stands in it: %#', (text, fault) => {
    expect(() => parseProfile(text, 'card.json')).toThrow(`card.json ${fault}`)
    expect(() => parseProfile(text, 'card.json')).toThrow(/^(?!.*ABCDE)/)
  })

  it('a value in a wrong field is never repeated', () => {
    const secret = 'ABCDE-FGH7J-KLMNP'
    for (const change of [
      { name: secret },
      { card: secret },
      { title: [secret] },
      { [secret]: 1 },
      { format: secret },
    ]) {
      const text = JSON.stringify({ ...loadProfile('assay-reference'), ...change })
      expect(() => parseProfile(text, 'card.json')).toThrow(/^(?!.*ABCDE).*is faulty/)
    }
  })
})
