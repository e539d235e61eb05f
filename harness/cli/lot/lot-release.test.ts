// @module-tag long
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { installSoftwareToken } from '../../../devices/token/software-token.ts'
import { Secret } from '../../core/secret.ts'
import type { Said } from '../../custody/journal/entry.ts'
import { openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import { signedAct } from '../../custody/journal/signed-act.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { keyId } from '../../custody/signing-key.ts'
import { predicateType, signStatement } from '../../lots/release/envelope.ts'
import { failing, inspection, madeIdentity, madeRecord } from '../../lots/release/made-lot.testing.ts'
import { manifestText } from '../../lots/release/manifest.ts'
import { partsOf, readRelease, sha256Of } from '../../lots/release/release-record.ts'
import { meaningOf, readSignatures } from '../../lots/release/signatures.ts'
import { RunFolder } from '../run-folder.ts'
import { verifyLot } from './lot-verify-command.ts'
import { releaseFiles } from './release-files.ts'
import { guided, run, seen } from './release-place.testing.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sign-off.md'), 'utf8')
const bash = [...page.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block!)

let place: string
let ended: Awaited<ReturnType<typeof guided>>['ended']
const places: string[] = []
beforeAll(async () => {
  ;({ place, ended } = await guided(page))
  places.push(place)
})
afterAll(() => {
  for (const one of places) rmSync(one, { recursive: true, force: true })
})

const readOf = (folder: string, name: string) => readFileSync(join(folder, 'LR-0042', name), 'utf8')

/** The signed release in a copy, for whoever changes it. */
let copies = 0
function copied(): string {
  const copy = join(place, `copy-${++copies}`)
  cpSync(join(place, 'LR-0042'), copy, { recursive: true })
  return copy
}
const change = (folder: string, file: string, from: string | RegExp, to: string) => {
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text.replace(from, to)).not.toBe(text)
  writeFileSync(join(folder, file), text.replace(from, to))
}
/** Makes the manifest fit again, as somebody would who changed files. */
function remade(folder: string): void {
  const names = readFileSync(join(folder, 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n')
    .map(line => line.slice(66))
  writeFileSync(
    join(folder, 'SHA256SUMS'),
    manifestText(new Map(names.map(name => [name, sha256Of(readFileSync(join(folder, name)))]))),
  )
}

describe('the guide to sign-off', () => {
  it('has a release whose commands work, one after the other, as they stand there', () => {
    expect(ended.map(({ args, code, stderr }) => [args.join(' '), code, stderr])).toEqual(
      ended.map(({ args }) => [args.join(' '), 0, '']),
    )
    expect(ended.length).toBeGreaterThan(14)
    expect(ended.at(-2)!.stdout).toMatch(
      /^Sound: LR-0042 is what was signed\.\nRELEASED {2}lot L-0042, assay-reference\nAll 14 units/,
    )
    expect(ended.at(-1)!.stdout).toMatch(/Signed by rita as releaser, .*release this lot\. Key [0-9A-F ]{39}\./)
  })

  it('has a recipe that draws the same sample with openssl and sort', () => {
    const drawn = execFileSync('bash', ['-euc', bash[0]!], { cwd: place, encoding: 'utf8' })
    const sample = ended.find(({ args }) => args[1] === 'draw')!.stdout.match(/BX\d{7}/g)
    expect(drawn.match(/BX\d{7}/g)).toEqual(sample)
  })

  it('has a recipe that verifies the release without Assay, and finds what was changed', () => {
    const verified = execFileSync('bash', ['-euc', bash[1]!], { cwd: place, encoding: 'utf8' })
    expect(verified.match(/Signature Verified Successfully/g)).toHaveLength(2)
    const signers = verified.match(/^\w+ signed as .*$/gm)!
    expect(signers).toEqual([
      expect.stringMatching(/^ann signed as inspector: RELEASED, lot L-0042\. Key [0-9A-F ]{39}$/),
      expect.stringMatching(/^rita signed as releaser: RELEASED, lot L-0042\. Key [0-9A-F ]{39}$/),
    ])
    // The fingerprint that page one and `lot verify` have.
    const report = readFileSync(join(place, 'LR-0042', 'report.html'), 'utf8')
    for (const line of signers)
      for (const text of [ended.at(-1)!.stdout, report]) expect(text).toContain(line.slice(-39))
    expect(verified.match(/: OK$/gm)!.length).toBeGreaterThan(3)
  })

  const signature = (who: string) => join('signatures', `${who}.dsse.json`)
  it.each<readonly [string, (folder: string) => void, string]>([
    [
      'a table that was changed',
      copy => change(copy, 'release.json', '"counted": 14', '"counted": 15'),
      'release.json: FAILED',
    ],
    [
      'a table that was changed with the manifest',
      copy => {
        change(copy, 'release.json', '"counted": 14', '"counted": 15')
        remade(copy)
      },
      'SHA256SUMS: FAILED',
    ],
    [
      'a signature that is none',
      copy => change(copy, signature('releaser-rita'), /"sig":"[^"]{4}/, '"sig":"AAAA'),
      'Signature Verification Failure',
    ],
    [
      'a signature with another payload',
      copy => change(copy, signature('releaser-rita'), '"payload":', '"payload":"QUxM","payload":'),
      'is no signature',
    ],
    ['another page', copy => writeFileSync(join(copy, 'report.html'), 'ALL 20 SHIPPED'), 'report.html: FAILED'],
    [
      'a PDF that was put in',
      copy => writeFileSync(join(copy, 'report.pdf'), 'ALL 20 SHIPPED'),
      'report.pdf\nNobody signed',
    ],
    ...(
      [
        [
          'a link beside the page',
          copy => symlinkSync('/anything.html', join(copy, 'report-final.html')),
          'report-final.html',
        ],
        ['a folder that lies elsewhere', copy => symlinkSync(place, join(copy, 'pictures-2')), 'pictures-2'],
        [
          'a link to the page',
          copy => {
            renameSync(join(copy, 'report.html'), `${copy}.html`)
            symlinkSync(`${copy}.html`, join(copy, 'report.html'))
          },
          'report.html',
        ],
        [
          'names of two files in one',
          copy => writeFileSync(join(copy, 'report.html\nunits.csv'), 'ALL 20 SHIPPED'),
          'report.html\nunits.csv',
        ],
      ] as const satisfies readonly (readonly [string, (folder: string) => void, string])[]
    ).map(([what, spoil, named]) => [what, spoil, `${named}\nNobody signed`] as const),
    [
      'one person in place of two',
      copy =>
        writeFileSync(join(copy, signature('releaser-rita')), readFileSync(join(copy, signature('inspector-ann')))),
      "is somebody else's",
    ],
  ])('has a recipe that calls nobody a signer behind %s', (_, spoil, said) => {
    const copy = copied()
    spoil(copy)
    const recipe = bash[1]!.replace('cd LR-0042', `cd '${copy}'`)
    // As somebody would paste it: without options of the shell.
    const { status, stdout, stderr } = spawnSync('bash', ['-c', recipe], { cwd: place, encoding: 'utf8' })
    expect([status, stdout + stderr]).toEqual([1, expect.stringContaining(said)])
    expect(stdout).not.toContain('signed as')
  })
})

describe('a release that was signed', () => {
  const verify = async (folder: string, ...more: string[]) => await run(place, ['lot', 'verify', folder, ...more])

  it('is called nothing once its verifier was told to stop, with the journal and without', async () => {
    const signal = AbortSignal.abort(new Error('told to stop'))
    for (const more of [{}, { journal: join(place, 'assay-journal') }]) {
      await expect(verifyLot(join(place, 'LR-0042'), more, { signal })).rejects.toThrow('told to stop')
    }
  })

  it.each<readonly [string, (folder: string) => void, string]>([
    [
      'a changed row',
      copy => change(copy, 'rows.jsonl', '"verdict":"PASS"', '"verdict":"FAIL"'),
      'rows.jsonl is not what was signed',
    ],
    ['a missing file', copy => rmSync(join(copy, 'measurements.json')), 'measurements.json is missing'],
    ['a file put in', copy => writeFileSync(join(copy, 'more.txt'), 'x'), 'more.txt is not of this release'],
    [
      'a changed report',
      copy => change(copy, 'report.html', '</', ' </'),
      'is over another report.html than the one here',
    ],
    [
      'no releaser',
      copy => rmSync(join(copy, 'signatures', 'releaser-rita.dsse.json')),
      'nobody has signed as releaser',
    ],
    [
      'no inspector',
      copy => rmSync(join(copy, 'signatures', 'inspector-ann.dsse.json')),
      'nobody has signed as inspector',
    ],
    [
      'a broken signature',
      copy => change(copy, 'signatures/inspector-ann.dsse.json', /"sig":"../, '"sig":"zz'),
      'not made with the key that the register has',
    ],
    [
      'a blank in a signature',
      copy => change(copy, 'signatures/releaser-rita.dsse.json', '"payload":', '"payload": '),
      'is no signature of a release',
    ],
    [
      'a signature in another name',
      copy => {
        cpSync(join(copy, 'signatures', 'inspector-ann.dsse.json'), join(copy, 'signatures', 'inspector-bob.dsse.json'))
      },
      'does not belong into signatures/inspector-bob.dsse.json',
    ],
    [
      'rubbish for a signature',
      copy => writeFileSync(join(copy, 'signatures', 'inspector-bob.dsse.json'), '{}'),
      'is no signature of a release',
    ],
    [
      'another manifest',
      copy => {
        change(copy, 'release.json', '"closedBy": "ann"', '"closedBy": "bob"')
        remade(copy)
      },
      'is over another SHA256SUMS than the one here',
    ],
    [
      'a link to the report elsewhere',
      copy => {
        cpSync(join(copy, 'report.html'), join(place, 'elsewhere.html'))
        rmSync(join(copy, 'report.html'))
        symlinkSync(join(place, 'elsewhere.html'), join(copy, 'report.html'))
      },
      'report.html is a link to somewhere else',
    ],
    ['a manifest that is none', copy => writeFileSync(join(copy, 'SHA256SUMS'), 'nothing\n'), 'is no manifest'],
  ])('is refused with the reason: %s', async (_, spoil, reason) => {
    const copy = copied()
    spoil(copy)
    const { code, stdout, stderr } = await verify(copy)
    expect(code).toBe(1)
    expect(stdout + stderr).toContain(reason)
  })

  it('is refused when its decision does not follow from its rows, whoever made the manifest fit', async () => {
    const copy = copied()
    change(copy, 'rows.jsonl', /"station":"sealed"/, '"station":"elsewhere"')
    remade(copy)
    const { code, stderr } = await verify(copy)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/says RELEASED, but its rows give HELD: .* changed after it was made/),
    ])
  })

  it('is refused by the journal itself, when it is another one', async () => {
    const other = (await guided(page, args => args[1] !== 'sign')).place
    places.push(other)
    const { code, stdout } = await verify('LR-0042', '--journal', join(other, 'assay-journal'))
    expect(code).toBe(1)
    expect(stdout).toContain('FAULT: the rows of the release are not those of the journal.')
    const head = join(other, 'head.json')
    await run(other, ['journal', 'head', '--out', head])
    expect((await verify('LR-0042', '--head', head)).stdout).toContain(
      'FAULT: the release rests on the journal of another station',
    )
    expect((await verify('LR-0042', '--key', join(other, 'ann.key'), join(place, 'rita.key'))).stdout).toContain(
      'FAULT: the key of ann is none of those that were given.',
    )
  })

  it('that is none, or in the form of an earlier or a later Assay, is told from one that was changed', async () => {
    expect(await verify(place)).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no release of a lot') })
    expect(await verify(join(place, 'nowhere'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no folder'),
    })
    for (const other of ['assay-lot-release-5', 'assay-lot-release-7']) {
      const copy = copied()
      change(copy, 'release.json', 'assay-lot-release-6', other)
      // What such a release holds is not looked at: it would be told as a fault of its own.
      writeFileSync(join(copy, 'measurements.json'), '[]')
      const said = `assay: release.json is in the form ${other}, which this Assay does not read (it reads assay-lot-release-6): use the version that made it.\n`
      expect(await verify(copy)).toMatchObject({ code: 2, stdout: '', stderr: said })
    }
  })
})

describe('its report', () => {
  const exported = (folder: string, as: string, out: string) =>
    run(place, ['report', 'export', folder, '--as', as, '--out', out])

  it('is exported as it lies there, and nothing is written over or put into the release', async () => {
    for (const [as, name] of [
      ['junit', 'junit.xml'],
      ['ctrf', 'ctrf.json'],
      ['openhtf', 'openhtf.json'],
      ['units', 'units.csv'],
      ['checks', 'checks.csv'],
      ['html', 'report.html'],
    ] as const) {
      expect(await exported('LR-0042', as, `out/${name}`)).toMatchObject({ code: 0, stderr: '' })
      const copy = readFileSync(join(place, 'out', name), 'utf8')
      if (as === 'openhtf')
        expect(copy).toBe(readOf(place, name).replaceAll('"lot_decision":"UNSIGNED"', '"lot_decision":"RELEASED"'))
      else if (as !== 'junit' && as !== 'ctrf') expect(copy).toBe(readOf(place, name))
    }
    // What lies in the folder was written before anybody signed it; what is exported knows the signatures.
    const errors = (xml: string) => /<testsuites [^>]*failures="(\d+)" errors="(\d+)"/.exec(xml)!.slice(1).join()
    expect([errors(readOf(place, 'junit.xml')), errors(readFileSync(join(place, 'out', 'junit.xml'), 'utf8'))]).toEqual(
      ['0,1', '0,0'],
    )
    const other = (json: string) => JSON.parse(json).results.summary.other
    expect([other(readOf(place, 'ctrf.json')), other(readFileSync(join(place, 'out', 'ctrf.json'), 'utf8'))]).toEqual([
      1, 0,
    ])
    for (const [out, why] of [
      ['out/junit.xml', 'is there already'],
      ['LR-0042/more.xml', 'to which nothing is added'],
      ['nowhere/junit.xml', 'cannot be written'],
    ] as const)
      expect(await exported('LR-0042', 'junit', out)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) })
    for (const args of [
      ['lot', 'close', 'lot.json', '--shipped', '14', '--again', '--out', 'LR-0042/sub', '--by', 'ann'],
      ['report', 'gallery', '--out', 'LR-0042/gallery.html'],
    ])
      expect(await run(place, args)).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is added') })
    for (const name of ['more.xml', 'sub', 'gallery.html']) expect(existsSync(join(place, 'LR-0042', name))).toBe(false)
  })

  it('is neither exported nor shown of a release that was changed, or of none', async () => {
    const copy = copied()
    change(copy, 'report.html', '</', ' </')
    expect(await exported(copy, 'junit', 'out/changed.xml')).toMatchObject({ code: 1 })
    for (const shown of [copy, join(copy, 'report.html')])
      expect(await run(place, ['report', 'open', shown])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('It is not shown.'),
      })
    expect(await exported('out', 'junit', 'out/none.xml')).toMatchObject({ code: 2 })
    expect(await run(place, ['report', 'open', 'out/none'])).toMatchObject({ code: 2, stdout: '' })
    for (const name of ['changed.xml', 'none.xml']) expect(existsSync(join(place, 'out', name))).toBe(false)
  })

  it('is shown by whatever program the person names, and a program that is not there is told', async () => {
    const program = join(place, 'browser.sh')
    writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > '${place}/shown'\n`, { mode: 0o755 })
    vi.stubEnv('BROWSER', program)
    expect(await run(place, ['report', 'open', 'LR-0042'])).toMatchObject({ code: 0 })
    expect(readFileSync(join(place, 'shown'), 'utf8')).toBe(
      pathToFileURL(join(realpathSync(place), 'LR-0042', 'report.html')).href,
    )
    vi.stubEnv('BROWSER', join(place, 'none'))
    expect(await run(place, ['report', 'open', 'LR-0042'])).toMatchObject({ code: 69 })
    vi.unstubAllEnvs()
  })
})

describe('a key that is sealed to a token', () => {
  it('signs where the token and its PIN are, and says so where they are not', async () => {
    const there = join(place, 'with-token')
    mkdirSync(there)
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    using pin = Secret.ofText('correct horse battery staple')
    await installSoftwareToken({ driver: 'software', file: join(there, 'token.age') }, privateKey, pin, 4)
    const made = ['people', 'key', 'tess', '--token', 'software:token.age', '--out', 'tess.key']
    expect(await run(there, made)).toMatchObject({ code: 0 })
    expect(await run(there, ['people', 'add', 'tess', '--role', 'quality', '--key', 'tess.key'])).toMatchObject({
      code: 0,
    })
    const adding = (...more: string[]) =>
      run(there, [
        'people',
        'add',
        `bob${more.length}`,
        '--role',
        'quality',
        '--by',
        'tess',
        '--sign-with',
        'tess.key',
        ...more,
      ])
    expect(await adding()).toMatchObject({ code: 2, stderr: expect.stringContaining('opens by a token: name it') })
    expect(await adding('--token', 'software:token.age')).toMatchObject({ code: 0 })
  })
})

describe('nobody gets by', () => {
  /** A look at a golden card, by its entry, and when the last entry was written. */
  const written = async () => {
    await using journal = await readJournal(join(place, 'assay-journal'))
    const entries = await Array.fromAsync(journal.entries())
    return { golden: entries.find(({ kind }) => kind === 'golden-card')!.index, last: entries.at(-1)!.at }
  }

  it('who draws twice, plans twice, commits twice, or writes over a release', async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr, stdout } = await run(place, args)
      expect([code, stdout]).toEqual([2, ''])
      return stderr
    }
    expect(await refused('lot', 'draw', 'lot.json', '--seed', 'ann.seed', 'rita.seed', '--by', 'ann')).toContain(
      'It is drawn once.',
    )
    const plan = ['--product', 'assay-reference', '--units', '20', '--at-most', '50', '--decoys', 'none', '--by', 'ann']
    expect(await refused('lot', 'plan', '--lot', 'L-0042', ...plan)).toContain('never changed afterwards')
    expect(await refused('lot', 'commit', 'L-0042', '--by', 'ann', '--out', 'more.seed')).toContain(
      'one a person counts',
    )
    expect(await refused('lot', 'commit', 'L-0042', '--by', 'tom', '--out', 'ann.seed')).toContain('is there already')
    expect(await refused('lot', 'commit', 'L-0043', '--by', 'ann', '--out', 'more.seed')).toContain('has no plan')
    expect(existsSync(join(place, 'more.seed'))).toBe(false)
    expect(await refused('lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR-0042', '--by', 'ann')).toContain(
      'never written over',
    )
    expect(await refused('lot', 'sign', 'LR-0042', '--as', 'releaser', '--by', 'rita', '--key', 'rita.key')).toContain(
      'signed by its releaser',
    )
    expect(await refused('lot', 'close', 'lot.json', '--shipped', '14', '--out', 'x', '--by', 'eve')).toContain(
      'Nobody named "eve"',
    )
    const why = ['--why', 'a word', '--by', 'ann', '--sign-with', 'ann.key']
    expect(await refused('lot', 'explain', 'lot.json', '0', ...why)).toContain('Entry 0 (journal-made) needs no')
    writeFileSync(join(place, 'other.json'), readFileSync(join(place, 'lot.json'), 'utf8').replace('L-0042', 'L-0099'))
    expect(await refused('lot', 'explain', 'other.json', '20', ...why)).toContain('has no plan')
    expect(await refused('lot', 'explain', 'L-0042', '20', ...why)).toContain('L-0042')
    // What ann said herself, somebody else explains.
    const planned = JSON.parse((await run(place, ['journal', 'list', '--json'])).stdout).entries as Said[]
    const own = planned.findIndex(({ kind }) => kind === 'lot-planned')
    expect(await refused('lot', 'explain', 'lot.json', `${own}`, ...why)).toContain(
      `Entry ${own} (lot-planned) is ann's own: somebody else of quality explains it. Nothing was written.`,
    )
    const more = ['lot', 'plan', '--lot', 'L-0043', '--product', 'assay-reference', '--units', '20', '--by', 'ann']
    expect(await refused(...more)).toContain('needs --product, --by and --decoys: stations at which')
    expect(await refused(...more, '--decoys', 'opened')).toContain('opened is none of these')
    expect(await refused('journal', 'clock', ...why)).toContain('No clock is to be put right')
    const { golden, last } = await written()
    expect(await refused('lot', 'explain', 'lot.json', `${golden}`, ...why)).toContain(
      '(golden-card at sealed, PASS) needs no',
    )
    // Half a minute before the journal's last entry, however long what went before took.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(last) - 30_000 })
    try {
      for (const args of [
        ['lot', 'close', 'lot.json', '--shipped', '14', '--out', 'x', '--by', 'ann'],
        ['lot', 'sign', 'LR-0042', '--as', 'releaser', '--by', 'rita', '--key', 'rita.key'],
      ])
        expect(await refused(...args)).toContain('set the clock right. Nothing was written.')
    } finally {
      vi.useRealTimers()
    }
  })

  it('who plans a laxer inspection than the lots before allow', async () => {
    const plan = (inspection: string) =>
      run(place, [
        ...['lot', 'plan', '--lot', 'L-0050', '--product', 'assay-reference', '--units', '500', '--level', 'II'],
        ...['--aql', '1.0', '--inspection', inspection, '--decoys', 'none', '--by', 'ann', '--sign-with', 'ann.key'],
      ])
    expect(await plan('reduced')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('inspection is normal at the least, and the plan says reduced'),
    })
    expect(await plan('normal')).toMatchObject({ code: 0 })
  })

  it('who signs out of turn, for another, twice, with another key, or as what they are not', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'sign')
    places.push(here)
    const sign = async (as: string, by: string, key: string, given?: string) =>
      await run(here, ['lot', 'sign', 'LR-0042', '--no-pdf', '--as', as, '--by', by, '--key', key], given)
    const before = readdirSync(join(here, 'LR-0042'))
    expect((await sign('releaser', 'rita', 'rita.key')).stderr).toContain('the releaser signs last')
    expect((await sign('releaser', 'ann', 'ann.key')).stderr).toContain('works here with the role release')
    expect((await sign('inspector', 'tom', 'ann.key')).stderr).toContain('no key of tom')
    expect((await sign('inspector', 'ann', 'rita.key')).stderr).toContain('holds the key of rita')
    expect((await sign('inspector', 'ann', 'ann.key', 'another passphrase')).stderr).toContain('password does not open')
    expect(readdirSync(join(here, 'LR-0042'))).toEqual(before)
    expect(await sign('inspector', 'ann', 'ann.key')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Still to do: nobody has signed as releaser.'),
    })
    expect((await sign('inspector', 'ann', 'ann.key')).stderr).toContain('ann has signed as inspector already')
    const told = await run(here, ['lot', 'verify', 'LR-0042', '--json'])
    // What a program reads is released only where it is.
    expect([told.code, JSON.parse(told.stdout)]).toEqual([
      1,
      expect.objectContaining({ decision: 'UNPROVED', says: 'RELEASED', sound: false }),
    ])
    await run(here, ['report', 'export', 'LR-0042', '--as', 'junit', '--out', 'half.xml']).then(({ stdout }) =>
      expect(stdout).toContain('what not both have signed yet lies there'),
    )
    // Something new is said of the lot: what was closed is no longer all.
    await run(here, [
      'lot',
      'take-out',
      'lot.json',
      'BX0000001',
      '--as',
      'held',
      '--by',
      'ann',
      '--why',
      'a customer asked',
      '--sign-with',
      'ann.key',
    ])
    expect((await sign('releaser', 'rita', 'rita.key')).stderr).toContain('has a new entry about it')
  })

  it('who changed what is to be signed', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'sign')
    places.push(here)
    const folder = join(here, 'LR-0042')
    const sign = async () =>
      await run(here, ['lot', 'sign', 'LR-0042', '--no-pdf', '--as', 'inspector', '--by', 'ann', '--key', 'ann.key'])
    change(folder, 'measurements.json', '0.6', '0.7')
    expect(await sign()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('measurements.json is not what was signed: it was changed'),
    })
    remade(folder)
    expect(await sign()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('openhtf.json does not follow from the record'),
    })
    change(folder, 'measurements.json', '0.7', '0.6')
    // In nothing that derives from the record.
    change(folder, 'release.json', '"revision": null', '"revision": "another"')
    remade(folder)
    expect(await sign()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not the release that this journal closed last'),
    })
  })
})

describe('a release and its journal', () => {
  const place2 = async () => {
    const { place: here } = await guided(page)
    places.push(here)
    return here
  }
  const append = async (here: string, ...said: Said[]) => {
    await using journal = await openJournal(join(here, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('no password')),
    })
    for (const one of said) await journal.append(one)
  }
  const verify = async (here: string, ...more: string[]) =>
    await run(here, ['lot', 'verify', 'LR-0042', '--journal', 'assay-journal', ...more])

  it('is no longer borne out when a unit of it failed since, or it was closed again', async () => {
    const here = await place2()
    expect((await verify(here)).code).toBe(0)
    await append(here, inspection(madeIdentity(20), 'BX0000002', 'sealed', failing('sealed', 'concealed')))
    expect(await verify(here)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/FAULT: by what the journal says since, the lot is REJECTED/),
    })
    expect(
      (await run(here, ['lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR-2', '--by', 'ann'])).code,
    ).toBe(1)
    expect((await verify(here)).stdout).toContain('FAULT: the journal closed this lot last as another release.')
  })

  it('is not borne out by an older copy of the journal, which a head that was kept tells', async () => {
    const here = await place2()
    await run(here, ['journal', 'backup', 'older.sqlite'])
    await append(here, inspection(madeIdentity(20), 'BX0000002', 'sealed', failing('sealed', 'concealed')))
    await run(here, ['journal', 'head', '--out', 'kept.json'])
    cpSync(join(here, 'older.sqlite'), join(here, 'assay-journal', 'journal.sqlite'))
    for (const end of ['-wal', '-shm']) rmSync(join(here, 'assay-journal', `journal.sqlite${end}`), { force: true })
    expect((await verify(here, '--head', 'kept.json')).stdout).toMatch(/FAULT: .*cut, or is older than the head/)
    const alone = await run(here, ['lot', 'verify', 'LR-0042', '--head', 'kept.json'])
    expect([alone.code, alone.stdout]).toEqual([1, expect.stringContaining('without the journal (--journal)')])
  })

  it('is signed only when the journal itself gives its rows', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'sign')
    places.push(here)
    const folder = join(here, 'LR-0042')
    // A colleague leaves an attempt out, makes everything fit, and says in the journal that this is what was closed.
    change(folder, 'rows.jsonl', /^.*"unit":"BX0000002","station":"sealed".*\n/m, '')
    const head = JSON.parse(readOf(here, 'release.json')) as { head: { size: number; root: string } }
    change(folder, 'release.json', '"decision": "RELEASED"', '"decision": "HELD"')
    change(folder, 'release.json', /"because": ".*"/, '"because": "Never seen at sealed: 1 unit (BX0000002)."')
    const release = await readRelease(
      new Map(
        ['release.json', 'rows.jsonl', 'measurements.json'].map(name => [name, readFileSync(join(folder, name))]),
      ),
    )
    for (const [name, content] of releaseFiles(release))
      writeFileSync(join(folder, name), [...partsOf(content)].join(''))
    remade(folder)
    const manifestSha256 = sha256Of(readOf(here, 'SHA256SUMS'))
    const { size, root } = head.head
    await append(here, {
      kind: 'lot-closed',
      who: 'ann',
      facts: { lot: 'L-0042', decision: 'HELD', manifestSha256, size, root },
    })
    const sign = ['lot', 'sign', 'LR-0042', '--no-pdf', '--as', 'inspector', '--by', 'ann', '--key', 'ann.key']
    expect(await run(here, sign)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the rows of the release are not those of the journal'),
    })
  })

  it('counts no signature of who had retired, whatever time it says', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'sign')
    places.push(here)
    const files = new Map(
      ['release.json', 'rows.jsonl', 'measurements.json', 'SHA256SUMS'].map(name => [
        name,
        readFileSync(join(here, 'LR-0042', name)),
      ]),
    )
    const release = await readRelease(files)
    const file = readPersonKey(join(here, 'rita.key'))
    using passphrase = Secret.ofText('correct horse battery staple')
    const key = await file.open(passphrase)
    const { lot, product, decision, because, rehearsal, head } = release.document
    const signed = (at: string, rows = release.rows) => {
      const signer = {
        name: 'rita',
        as: 'releaser',
        means: meaningOf('releaser', decision),
        at,
        keyid: keyId(key.publicKey),
      } as const
      const inspector = 'signatures/inspector-ann.dsse.json'
      const subject = ['SHA256SUMS', inspector].map(name => ({
        name,
        digest: { sha256: sha256Of(files.get(name) ?? '') },
      }))
      const predicate = { lot, product, decision, because, rehearsal, head, signer }
      const envelope = signStatement(
        { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate },
        key,
      )
      const its = new Map([
        ...files,
        [inspector, Buffer.from('')],
        ['signatures/releaser-rita.dsse.json', Buffer.from(envelope)],
      ])
      const digests = new Map([...its].map(([name, bytes]) => [name, sha256Of(bytes)]))
      return readSignatures({ ...release, rows }, its, digests).faults.filter(fault => fault.includes('rita'))
    }
    const after = new Date(Date.parse(head.at) + 1000).toISOString()
    expect(signed(after)).toEqual([])
    expect(signed('2020-01-01T00:00:00.000Z')).toEqual([expect.stringContaining('before there was anything to sign')])
    const { index, at, ...last } = release.rows.at(-1)!
    const ann = readPersonKey(join(here, 'ann.key'))
    using annPassphrase = Secret.ofText('correct horse battery staple')
    const said = { kind: 'person-retired', who: 'ann', why: 'left', facts: { name: 'rita' } }
    const { facts } = signedAct(said, await ann.open(annPassphrase))
    const row = { ...last, ...said, unit: null, station: null, facts: facts as Record<string, unknown> }
    expect(signed(after, [...release.rows, { index: index + 1, at, ...row }])).toEqual([
      'rita had retired when the lot was closed',
    ])
  })

  it('takes no act in the name of somebody who has a key, no seed of who has none, and no reason without words', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'draw')
    places.push(here)
    const refused = async (...args: string[]) => (await run(here, ['lot', ...args])).stderr
    const act = ['lot.json', 'BX0000001', '--as', 'held', '--by', 'ann']
    expect(await refused('take-out', ...act, '--why', 'a stain')).toContain('signs with a key of their own')
    expect(await refused('take-out', ...act, '--why', ' ', '--sign-with', 'ann.key')).toContain('a reason in words')
    expect(await refused('commit', 'L-0042', '--by', 'tom', '--out', 'tom.seed')).toContain('no key of tom')
    expect(existsSync(join(here, 'tom.seed'))).toBe(false)
    const seeds = ['--seed', 'ann.seed', 'rita.seed', '--by', 'ann']
    writeFileSync(
      join(here, 'more.json'),
      readFileSync(join(here, 'lot.json'), 'utf8').replace('[{', '[{"serial":"BX0000099"},{'),
    )
    expect(await refused('draw', 'more.json', ...seeds)).toContain('1 units were never seen at sealed (BX0000099)')
    const who = ['--by', 'ann', '--sign-with', 'ann.key', '--decoys', 'none']
    const plan = ['plan', '--lot', 'L-2', '--product', 'assay-reference', ...who]
    expect(await refused(...plan, '--units', '20', '--at-most', '99', '--confidence', '1')).toContain('likelier wrong')
    expect(await refused(...plan, '--units', '10', '--at-most', '99', '--confidence', '90')).toContain('show nothing')
  })
})

describe('half a lot', () => {
  it('of a rehearsal is sound, and ends by no means like one by which something is released', async () => {
    const { rig } = madeRecord(madeIdentity(1), null, 'sealed', { started: new Date().toISOString() })
    const virtual = () => ({ rig: { ...rig, kind: 'virtual' as const } })
    const { place: here, ended: all } = await guided(page, undefined, virtual, name =>
      name === 'lot plan' ? ['--rehearsal'] : [],
    )
    places.push(here)
    const verified = all.filter(({ args }) => args[1] === 'verify')
    expect(verified.map(({ code }) => code)).toEqual([4, 4])
    expect(verified[0]!.stdout).toContain('a rehearsal: nothing real is released')
    expect(await run(here, ['lot', 'verify', 'LR-0042', '--rehearsal'])).toMatchObject({ code: 0 })
    // So does the recipe without Assay.
    const { status, stdout } = spawnSync('bash', ['-c', bash[1]!], { cwd: here, encoding: 'utf8' })
    expect(status).toBe(4)
    expect(stdout.match(/RELEASED, lot L-0042, a REHEARSAL: nothing real is released\. Key/g)).toHaveLength(2)
  })

  it('is held, signed as such, and never verifies as released', async () => {
    const { place: here, ended: all } = await guided(page, undefined, (unit, station) =>
      unit === 'BX0000003' && station === 'etched' ? null : {},
    )
    places.push(here)
    const close = all.find(({ args }) => args[1] === 'close')!
    expect([close.code, close.stdout]).toEqual([
      4,
      expect.stringContaining('Never seen at etched: 1 unit (BX0000003).'),
    ])
    expect(all.at(-1)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Sound: .*\nHELD {2}lot L-0042/) })
    expect(readOf(here, 'signatures/releaser-rita.dsse.json')).toBeTruthy()
    expect(all.find(({ args }) => args.includes('rita.key') && args[1] === 'sign')!.stdout).toContain(
      'do not release this lot',
    )
  })

  it('with a critical defect is rejected', async () => {
    let started = ''
    const { place: here, ended: all } = await guided(
      page,
      args => args[1] !== 'sign',
      (unit, station) => {
        if (unit !== 'BX0000003' || station !== 'sealed') return {}
        started = new Date().toISOString()
        return { ...failing('sealed', 'concealed'), started, ended: started }
      },
    )
    places.push(here)
    expect(all.at(-1)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^REJECTED .*\n {2}BX0000003 has a critical defect/),
    })
    // Its defect is shown where its run kept a picture of it, and that picture is of what is signed.
    const picture = { of: 'card', mediaType: 'image/jpeg', bytes: Buffer.from('/9j/', 'base64'), masked: true }
    const bad = madeRecord(madeIdentity(20), 'BX0000003', 'sealed', { ...failing('sealed', 'concealed'), started })
    const folder = new RunFolder(join(here, 'run'), null)
    folder.writeRecord(bad, [{ ...picture, width: 64, height: 40 }])
    const close = (out: string, from: string) =>
      run(here, ['lot', 'close', 'lot.json', '--shipped', '14', '--out', out, '--by', 'ann', '--pictures', from])
    expect(await close('LR-1', 'out')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no folder that inspections were given'),
    })
    expect(existsSync(join(here, 'LR-1'))).toBe(false)
    expect(await close('LR-2', 'run')).toMatchObject({ code: 1 })
    expect(readFileSync(join(here, 'LR-2', 'SHA256SUMS'), 'utf8')).toContain('  pictures/01-1-card-64x40.jpg\n')
    const shown = readFileSync(join(here, 'LR-2', 'report.html'), 'utf8')
    expect(shown).toContain('alt="card of BX0000003 at sealed: concealed"')
    await run(here, ['report', 'export', 'LR-2', '--as', 'html', '--out', 'again.html'])
    expect(readFileSync(join(here, 'again.html'), 'utf8')).toBe(shown)
    expect(shown).toContain('It was closed before (entry ')
    writeFileSync(join(here, 'LR-2', 'pictures', '01-1-card-64x40.jpg'), 'another')
    expect(await run(here, ['lot', 'verify', 'LR-2'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('pictures/01-1-card-64x40.jpg is not what was signed'),
    })
  })

  it('leaves nothing written when it cannot be closed', async () => {
    const { place: here } = await guided(page, args => args[1] !== 'draw')
    places.push(here)
    await seen(here, ['sealed'])
    const entries = async () => (await run(here, ['journal', 'list'])).stdout.split('\n').length
    const before = await entries()
    writeFileSync(join(here, 'file'), '')
    const { code, stderr } = await run(here, [
      'lot',
      'close',
      'lot.json',
      '--shipped',
      '14',
      '--out',
      'file/LR',
      '--by',
      'ann',
    ])
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')])
    expect(await entries()).toBe(before)
    expect(readdirSync(here).filter(name => name.startsWith('.assay-release'))).toEqual([])
    writeFileSync(join(here, 'lot.json'), '{"lot":"L-0042","units":[]}')
    expect((await run(here, ['lot', 'close', 'lot.json', '--shipped', '14', '--out', 'LR', '--by', 'ann'])).code).toBe(
      2,
    )
    expect(existsSync(join(here, 'LR'))).toBe(false)
  })
})
