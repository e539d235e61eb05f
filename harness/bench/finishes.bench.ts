import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { steppingClock } from '../../devices/clock.ts'
import { openRig } from '../../devices/rig.ts'
import type { PlacementName } from '../../devices/virtual/placement.ts'
import { drawCard } from '../../fixtures/artwork/draw-card.ts'
import { type Flaw, makeCard, type PhysicalCard } from '../../fixtures/artwork/physical-card.ts'
import { makeLot, wipeLot } from '../../fixtures/virtual-line/make-lot.ts'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { limitsOf } from '../checks/limits.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { toGrey } from '../imaging/grey.ts'
import type { Raster } from '../imaging/raster.ts'
import { coverMarks } from '../products/geometry.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile, State } from '../products/profile.ts'
import { type Sight, seePhotograph } from '../vision/read/read-photograph.ts'
import { noTexts } from './stress/no-texts.testing.ts'

// Cards of brushed steel, gold and plastic, whole and tampered with, in colour and as a monochrome camera sees them: is the
// card found, is its state told, and are covers and layers judged right? Texts are not read, so surfaces speak alone.
// node harness/bench/finishes.bench.ts [--finish NAME]... [--ground NAME]... [--light NAME]... [--only TEXT] [--seed N] [--each]
// Ends with 1 when a cover or layer that was tampered with looks whole.

const { values: args } = parseArgs({
  options: {
    finish: { type: 'string', multiple: true, default: ['brushed-steel', 'gold', 'plastic'] },
    ground: { type: 'string', multiple: true, default: ['nest', 'white', 'wood', 'tilted'] },
    light: { type: 'string', multiple: true, default: ['dome', 'ring'] },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    each: { type: 'boolean', default: false },
  },
})

interface Case {
  readonly name: string
  readonly state: State
  readonly flaws: (profile: ProductProfile) => readonly Flaw[]
  readonly coverLeft?: number
  /** `whole` must be seen as whole (or not judged), the others never. */
  readonly cover: 'whole' | 'leaking' | 'missing'
  readonly layer: 'top' | 'tampered' | 'bottom'
}

const none = () => []
const cover = (profile: ProductProfile) => coverMarks(profile)[0]!
const cases: readonly Case[] = [
  { name: 'sealed', state: 'sealed', flaws: none, cover: 'whole', layer: 'top' },
  { name: 'before scratch-off', state: 'etched', flaws: none, cover: 'missing', layer: 'top' },
  { name: 'opened', state: 'opened', flaws: none, cover: 'missing', layer: 'bottom' },
  { name: 'half scratched', state: 'opened', flaws: none, coverLeft: 0.5, cover: 'leaking', layer: 'bottom' },
  {
    name: 'scratch-off missing',
    state: 'sealed',
    flaws: profile => [{ kind: 'cover-missing', mark: cover(profile).name }],
    cover: 'missing',
    layer: 'top',
  },
  ...([-1, 1] as const).map(
    (down): Case => ({
      name: `scratch-off shifted ${down < 0 ? 'up' : 'down'}`,
      state: 'sealed',
      flaws: profile => {
        const { name, marginMm, rect } = cover(profile)
        return [{ kind: 'cover-shifted', mark: name, dxMm: 0.5, dyMm: down * (marginMm + 0.5 * rect.height) }]
      },
      cover: 'leaking',
      layer: 'top',
    }),
  ),
  ...(['top-left', 'bottom-right'] as const).map(
    (corner): Case => ({
      name: `top layer lifted ${corner}`,
      state: 'sealed',
      flaws: () => [{ kind: 'top-layer-lifted', corner, lengthMm: 8 }],
      cover: 'whole',
      layer: 'tampered',
    }),
  ),
  {
    name: 'top layer shifted',
    state: 'sealed',
    flaws: () => [{ kind: 'top-layer-shifted', dxMm: 2, dyMm: 0.3 }],
    cover: 'whole',
    layer: 'tampered',
  },
  {
    name: 'top layer gone',
    state: 'sealed',
    flaws: () => [{ kind: 'top-layer-missing' }],
    cover: 'whole',
    layer: 'bottom',
  },
]

class Row {
  shots = 0
  found = 0
  cover = 0
  layer = 0
  state = 0
  states = 0
  readonly falseWhole: string[] = []
  readonly missed: string[] = []
}

const base = loadProfile('assay-reference')
const lot = await makeLot({
  profile: base,
  lot: `virtual-finishes-${args.seed}`,
  count: 1,
  random: new VirtualLotRandom(args.seed),
})
const rows = new Map<string, Row>()
{
  const clock = steppingClock(new Date(Date.UTC(2026, 0, 5)), 1000)
  await using rig = await openRig({ kind: 'virtual', seed: Number(args.seed), clock })
  await rig.stage.goTo('inspect')
  const good = makeCard(base, lot.units[0]!, new VirtualLotRandom(`finishes ${args.seed}`))
  for (const finish of args.finish) {
    const profile = withFinish(base, finish)
    for (const wanted of cases) {
      if (!wanted.name.includes(args.only)) continue
      const card: PhysicalCard = { ...good, flaws: wanted.flaws(profile) }
      const { state, coverLeft } = wanted
      const surface = drawCard({
        profile,
        card,
        state,
        pixelsPerMm: 25,
        ...(coverLeft === undefined ? {} : { coverLeft }),
      })
      for (const ground of args.ground) {
        rig.place(surface, ground as PlacementName)
        for (const light of args.light) {
          await rig.light.set(light as 'dome')
          const { bytes } = await rig.camera.photograph()
          const colour = await decodePicture(bytes)
          for (const [name, raster] of [
            ['colour', colour],
            ['monochrome', toGrey(colour)],
          ] as const) {
            const sight = await see(raster, profile)
            judge(sight, wanted, `${finish}, ${name}`, `${wanted.name} on ${ground}, ${light}`)
          }
        }
      }
      rig.place(null)
    }
  }
}
wipeLot(lot)

const heading = ['card found', 'cover right', 'layer right', 'state right', 'taken for whole']
console.log(`${''.padEnd(28)}${heading.map(cell => cell.padStart(17)).join('')}`)
for (const [name, row] of rows) {
  const cells = [row.found, row.cover, row.layer].map(count => `${count} of ${row.shots}`)
  const all = [...cells, `${row.state} of ${row.states}`, String(row.falseWhole.length)]
  console.log(`${name.padEnd(28)}${all.map(cell => cell.padStart(17)).join('')}`)
  for (const miss of row.falseWhole) console.log(`  TAKEN FOR WHOLE: ${miss}`)
  if (args.each) for (const miss of row.missed) console.log(`  ${miss}`)
}
process.exitCode = [...rows.values()].some(({ falseWhole }) => falseWhole.length > 0) ? 1 : 0

function withFinish(profile: ProductProfile, finish: string): ProductProfile {
  return { ...profile, card: { ...profile.card, finish: finish as ProductProfile['card']['finish'] } }
}

function see(raster: Raster, profile: ProductProfile): Promise<Sight> {
  const how = { camera: 'virtual', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  const id = createHash('sha256').update(raster.data).digest('hex')
  return seePhotograph({ id, pixels: raster, takenAt: null, how }, profile, { text: noTexts })
}

function judge({ card, reading }: Sight, wanted: Case, name: string, which: string): void {
  const row = rows.get(name) ?? new Row()
  rows.set(name, row)
  row.shots++
  if (card === null) {
    row.missed.push(`${which}: no card, ${reading.because}`)
    return
  }
  row.found++
  const [seen] = [...card.covers.values()]
  const coverRight = wanted.cover === 'leaking' ? seen?.outcome !== 'whole' : seen?.outcome === wanted.cover
  if (coverRight) row.cover++
  else if (wanted.cover !== 'whole' && seen?.outcome === 'whole')
    row.falseWhole.push(`${which}: cover, ${seen.because}`)
  else row.missed.push(`${which}: cover ${seen?.outcome}, ${seen?.because}`)
  const ofSticker = reading.measurements.filter(
    ({ of }) => of === 'sticker' || of === 'bottom-layer' || of === 'top-layer',
  )
  const beyond = ofSticker.some(one => one.value > (limitsOf(base, one)?.max ?? one.value))
  const { open, because } = card.layers
  const layerRight = wanted.layer === 'tampered' ? open !== 'top' || beyond : open === wanted.layer && !beyond
  if (layerRight) row.layer++
  else if (wanted.layer !== 'top' && open === 'top' && !beyond) row.falseWhole.push(`${which}: layer, ${because}`)
  else row.missed.push(`${which}: layer ${open}${beyond ? ', exposed' : ''}, ${because}`)
  if (wanted.flaws(base).length > 0 || wanted.coverLeft !== undefined) return
  row.states++
  if (reading.states.includes(wanted.state)) row.state++
  else row.missed.push(`${which}: state ${reading.states.join(' or ') || 'not told'}`)
}
