import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { Secret } from '../core/secret.ts'
import { unprovedNames } from '../core/vocabulary.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { quantile } from '../imaging/quantile.ts'
import { fileSeen, takenOf } from '../inspection/photograph-unit.ts'
import { runInspections, type Visit } from '../inspection/run.ts'
import { stations } from '../inspection/station.ts'
import type { LearnedLight } from '../products/appearance.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import { displayPassphrase } from '../products/text-setting.ts'
import { glyphFileName } from '../teach/learn-faces.ts'
import { openTeachTools } from '../teach/open-tools.ts'
import { type Taught, teach } from '../teach/teach.ts'
import { learnLight, type TaughtPhotograph } from '../vision/appearance/teach.ts'
import { openVision } from '../vision/pool/vision.ts'
import { capitalFaces, commonFaces } from '../vision/text/ocv/common-faces.node.ts'
import { hiddenProducts, hiddenProfile } from './hidden-products.testing.ts'

// Products that nobody described: photographs of a few units on the virtual rig are taught, and others are judged by what was learned.
// node harness/bench/teach.bench.ts [--only NAME] [--units 5] [--judge 6] [--seed N] [--compare]
//   --photos    geometry only, from three good units a layout of ../shared/photos (ASSAY_PHOTOS), where it is there
//   --compare   judges the same units by the maker's own profile as well
// Half of the judged units have a planted defect. Passphrases are printed as counts only. Ends with 1 at a false PASS or a wrong reading.

const { values: args } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    units: { type: 'string', default: '5' },
    judge: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    compare: { type: 'boolean', default: false },
    photos: { type: 'boolean', default: false },
  },
})
const states = ['etched', 'sealed', 'opened'] as const
type Shot = { readonly index: number; readonly state: (typeof states)[number]; readonly bytes: Uint8Array }

async function shoot(line: VirtualLine, count: number, seed: number): Promise<Shot[]> {
  await using rig = await openRig({ kind: 'virtual', seed })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  const shots: Shot[] = []
  for (let index = 0; index < count; index++)
    for (const state of states) {
      rig.place(await line.card(index, state))
      shots.push({ index, state, bytes: (await rig.camera.photograph()).bytes })
    }
  return shots
}

const passphraseOf = (profile: ProductProfile, line: VirtualLine, index: number) =>
  displayPassphrase(profile, line.lot.units[index]!.secrets.passphrase!.exposeText())

async function taughtFrom(profile: ProductProfile, line: VirtualLine, shots: readonly Shot[]): Promise<Taught> {
  await using tools = await openTeachTools()
  const { lot } = readLotFile(line.records)
  const { width, height, thickness, cornerRadius, finish } = profile.card
  return await teach({
    name: profile.name,
    title: 'Taught',
    card: { width, height, thickness, cornerRadius, finish },
    photographs: shots.map(({ index, state, bytes }) => ({
      name: `${state} ${index}`,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      light: 'dome',
      state,
      open: () => decodePicture(bytes),
    })),
    units: lot.units.map((record, i) => ({ record, passphrase: Secret.ofText(passphraseOf(profile, line, i)) })),
    tools,
    faces: [...capitalFaces(), ...commonFaces()],
  })
}

/** Distances of what was learned from how the maker drew it, mm. */
function errorsOf(learned: ProductProfile, drawn: ProductProfile): number[] {
  const origin = ({ sticker }: ProductProfile, on: string) =>
    on === 'card' || sticker === null ? { x: 0, y: 0 } : sticker.rect
  return learned.marks.flatMap(mark => {
    const own = drawn.marks.find(
      other => other.kind === mark.kind && other.on === mark.on && contentOf(other) === contentOf(mark),
    )
    if (own === undefined) return []
    const [a, b] = [origin(learned, mark.on), origin(drawn, own.on)]
    if (mark.kind === 'qr' && own.kind === 'qr')
      return [
        Math.abs(mark.rect.x + a.x - own.rect.x - b.x),
        Math.abs(mark.rect.y + a.y - own.rect.y - b.y),
        Math.abs(mark.rect.width - own.rect.width),
      ]
    if (mark.kind === 'text' && own.kind === 'text')
      return mark.lines.flatMap((line, i) => {
        const other = own.lines[i]
        return other === undefined
          ? []
          : [Math.abs(line.baseline.y + a.y - other.baseline.y - b.y), Math.abs(line.capHeight - other.capHeight)]
      })
    return []
  })
}

const contentOf = (mark: ProductProfile['marks'][number]) =>
  mark.kind === 'qr' ? mark.payload : mark.kind === 'text' ? mark.content : mark.covers

interface Judged {
  good: number
  goodPassed: number
  falseFail: number
  bad: number
  falsePass: number
  texts: number
  read: number
  wrong: number
  readonly because: Map<string, number>
}

async function judge(
  profile: ProductProfile,
  drawn: ProductProfile,
  appearance: LearnedLight | null,
  line: VirtualLine,
  shots: readonly Shot[],
): Promise<Judged> {
  const judged: Judged = {
    good: 0,
    goodPassed: 0,
    falseFail: 0,
    bad: 0,
    falsePass: 0,
    texts: 0,
    read: 0,
    wrong: 0,
    because: new Map(),
  }
  const { lot } = readLotFile(line.records)
  await using vision = openVision({ workers: 1 })
  async function* visits(): AsyncGenerator<Visit & { readonly shot: Shot }> {
    for (const shot of shots) {
      const look = await vision.look(shot.bytes, profile, {
        appearance,
        crops: false,
        name: `${shot.state} ${shot.index}`,
      })
      const truth = line.truth[shot.index]!
      if (shot.state !== 'sealed' && truth.defect === null) {
        judged.texts++
        const seen = look.reading.marks.find(({ mark }) => mark === 'passphrase')?.text
        if (seen instanceof Secret) {
          judged.read++
          if (seen.exposeText() !== passphraseOf(drawn, line, shot.index)) judged.wrong++
        }
      }
      yield {
        shot,
        station: stations[shot.state],
        profile,
        photographs: [takenOf(Promise.resolve(look), seen => fileSeen(seen, 'dome'))],
        records: () => lot,
        clock: () => '2026-01-01T00:00:00.000Z',
        rig: null,
        software: { name: 'assay', version: 'bench', revision: null },
        acceptUnproved: unprovedNames,
        acknowledged: truth.expected[shot.state].alarms,
      }
    }
  }
  await runInspections({
    visits: visits(),
    onRecord: ({ visit: { shot }, record }) => {
      const { expected } = line.truth[shot.index]!
      const isGood = expected[shot.state].verdicts.includes('PASS')
      if (isGood) judged.good++
      else judged.bad++
      if (isGood && record.verdict === 'PASS') judged.goodPassed++
      if (isGood && record.verdict === 'FAIL') judged.falseFail++
      if (!isGood && record.verdict === 'PASS') judged.falsePass++
      if (isGood && record.verdict !== 'PASS')
        for (const { check, verdict, because } of record.findings)
          if (verdict !== 'PASS') {
            const key = `${shot.state} ${verdict} ${check}: ${because.slice(0, 140)}`
            judged.because.set(key, (judged.because.get(key) ?? 0) + 1)
          }
    },
    signal: new AbortController().signal,
  })
  return judged
}

function say(name: string, judged: Judged): void {
  const { good, goodPassed, falseFail, bad, falsePass, texts, read, wrong, because } = judged
  console.log(
    `  ${name}: good ${goodPassed}/${good} PASS, false FAIL ${falseFail}; bad ${bad}, false PASS ${falsePass}; passphrases read ${read}/${texts}, wrong ${wrong}`,
  )
  for (const [key, count] of [...because].sort((a, b) => b[1] - a[1]).slice(0, 8))
    console.log(`      ${count} × ${key}`)
}

if (args.photos) {
  await onPhotographs(process.env['ASSAY_PHOTOS'] ?? '../shared/photos')
  process.exit(0)
}
let failed = false
for (const hidden of hiddenProducts) {
  if (!hidden.name.includes(args.only)) continue
  const drawn = hiddenProfile(hidden)
  const seed = Number(args.seed)
  const [units, others] = [Number(args.units), Number(args.judge)]
  await using line = await VirtualLine.make({ profile: drawn, seed, count: units, share: 0 })
  const shots = await shoot(line, units, seed)
  const begun = performance.now()
  const before = process.cpuUsage()
  const taught = await taughtFrom(drawn, line, shots)
  const spent = process.cpuUsage(before)
  const folder = mkdtempSync(join(tmpdir(), 'assay-teach-'))
  try {
    for (const use of ['etching', 'print'] as const)
      if (taught.glyphs[use] !== null)
        writeFileSync(join(folder, glyphFileName(drawn.name, use)), JSON.stringify(taught.glyphs[use]))
    writeFileSync(join(folder, 'taught.json'), JSON.stringify(taught.profile))
    const profile = loadProfile(join(folder, 'taught.json'))
    const errors = errorsOf(profile, drawn)
    console.log(
      `${hidden.name}: ${units} units, ${shots.length} photographs, ${((performance.now() - begun) / 1000).toFixed(0)} s (${((spent.user + spent.system) / 1e6).toFixed(0)} s of processor)`,
    )
    console.log(
      `  ${profile.marks.length} of ${drawn.marks.length} marks; off the drawing by ${quantile(errors, 0.5).toFixed(3)} mm (median), ${Math.max(...errors).toFixed(3)} mm (worst of ${errors.length})`,
    )
    for (const { of, because } of taught.lessons) console.log(`  lesson: ${of}: ${because}`)
    for (const sentence of taught.unknown) console.log(`  ${sentence}`)
    const appearance = await learnedLook(profile, line, shots)
    console.log(`  appearance: ${appearance === null ? 'none' : Object.keys(appearance.surfaces).join(', ')}`)
    await using second = await VirtualLine.make({ profile: drawn, seed: seed + 1000, count: others, share: 0.5 })
    const held = await shoot(second, others, seed + 1)
    const own = await judge(profile, drawn, appearance, second, held)
    say('learned', own)
    failed ||= own.falsePass > 0 || own.wrong > 0 || own.falseFail > 0
    if (args.compare) say('drawn', await judge(drawn, drawn, null, second, held))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
process.exit(failed ? 1 : 0)

/** What the taught units look like, by the profile that was just learned. */
async function learnedLook(
  profile: ProductProfile,
  line: VirtualLine,
  shots: readonly Shot[],
): Promise<LearnedLight | null> {
  await using vision = openVision({ workers: 1 })
  const photographs: TaughtPhotograph[] = []
  for (const { bytes, index } of shots) {
    const { sample = null } = await vision.look(bytes, profile, { learn: true, crops: false, name: `unit ${index}` })
    if (sample !== null) photographs.push({ unit: line.lot.units[index]!.record.serial, sample })
  }
  return learnLight(photographs)
}

interface TruthUnit {
  readonly unit: string
  readonly serial: string
  readonly address: string
  readonly p2wpkh: string
  readonly addressType: string
  readonly publicKey: string
  readonly intermediateCode: string
  readonly passphraseDisplay: string
}

/** Photographs that nobody here drew: fonts differ from card to card there, so that only places are held against the layout. */
async function onPhotographs(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.json'))) {
    console.log(`No photographs at ${folder}: set ASSAY_PHOTOS. Nothing was taught from photographs.`)
    return
  }
  const { images } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    images: {
      file: string
      unit: string
      layout: string
      state: 'sealed' | 'opened'
      defect: string | null
      light: { kind: string }
    }[]
  }
  const { units } = JSON.parse(readFileSync(join(folder, 'units.json'), 'utf8')) as { units: TruthUnit[] }
  for (const [layout, product] of [
    ['std', 'assay-reference'],
    ['pure', 'assay-reference-right'],
  ] as const) {
    const some = images.filter(
      image => image.layout === layout && image.defect === null && !image.file.includes('b.jpg'),
    )
    const shown = [...new Set(some.map(({ unit }) => unit))].slice(0, 3)
    const drawn = loadProfile(product)
    await using tools = await openTeachTools()
    const { width, height, thickness, cornerRadius, finish } = drawn.card
    const begun = performance.now()
    const taught = await teach({
      name: 'taught',
      title: 'Taught',
      card: { width, height, thickness, cornerRadius, finish },
      photographs: some
        .filter(({ unit }) => shown.includes(unit))
        .map(({ file, state, light }) => ({
          name: file,
          sha256: '0'.repeat(64),
          light: light.kind,
          state,
          open: async () => decodePicture(readFileSync(join(folder, file))),
        })),
      units: units
        .filter(({ unit }) => shown.includes(unit))
        .map(({ serial, address, p2wpkh, addressType, publicKey, intermediateCode, passphraseDisplay }) => ({
          record: { serial, address: addressType === 'p2wpkh' ? p2wpkh : address, publicKey, intermediateCode },
          passphrase: Secret.ofText(passphraseDisplay),
        })),
      tools,
      faces: [...capitalFaces(), ...commonFaces()],
    })
    const errors = errorsOf(taught.profile, drawn)
    console.log(
      `${layout}: ${taught.units.length} units, ${taught.shown.length} of ${some.filter(({ unit }) => shown.includes(unit)).length} photographs, ${((performance.now() - begun) / 1000).toFixed(0)} s; ${taught.profile.marks.length} of ${drawn.marks.length} marks; off the layout by ${quantile(errors, 0.5).toFixed(3)} mm (median), ${Math.max(0, ...errors).toFixed(3)} mm (worst of ${errors.length})`,
    )
    for (const mark of taught.profile.marks) console.log(`  ${mark.name} on the ${mark.on}`)
    for (const { of, because } of taught.lessons) console.log(`  lesson: ${of}: ${because}`)
  }
}
