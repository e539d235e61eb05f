import { readFile } from 'node:fs/promises'
import type { LightPreset } from '../../../devices/light/light.ts'
import { openRig, type Rig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import { projectQuad, quadToQuad } from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { appearanceRig } from '../../inspection/photograph-unit.ts'
import { appearancesOf } from '../../products/appearance.node.ts'
import { type LearnedLight, learnedLight } from '../../products/appearance.ts'
import { corners } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { LotFile } from '../../products/unit-record.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographSet } from '../photographs-with-truth.ts'
import { PATIENCE_MS } from './patience.ts'

/** A card that nothing is wrong with, and how it was photographed. */
export interface GoodCard {
  readonly name: string
  readonly station: 'sealed' | 'opened' | 'etched' | 'printed'
  readonly profile: ProductProfile
  readonly lot: LotFile
  /** Of the virtual rig one under each light that was asked for: they are judged together, as a station's are. */
  readonly photographs: readonly [GoodPhotograph, ...GoodPhotograph[]]
}

export interface GoodPhotograph {
  readonly picture: Raster
  /** The card's sharp corners, px. */
  readonly card: Quad
  readonly light: string
  readonly appearance: LearnedLight | null
}

/** The outline of a card of the product, mm. */
const outlineOf = ({ card: { width, height } }: ProductProfile) => corners({ x: 0, y: 0, width, height })

export async function* photographed(
  { photographs, lot }: PhotographSet,
  chosen: { readonly station: string; readonly half: string; readonly parts: readonly string[] },
): AsyncGenerator<GoodCard> {
  const good = photographs
    .filter(({ observable, redeveloped }) => !observable && !redeveloped)
    .filter(({ station }) => station.includes(chosen.station))
    .filter(({ file }, i) =>
      chosen.parts.length > 0
        ? chosen.parts.some(part => file.includes(part))
        : (i % 2 === 0) === (chosen.half === 'even'),
    )
  for (const { file, path, station, product, card } of good)
    yield {
      name: file,
      station: station as GoodCard['station'],
      profile: loadProfile(product),
      lot,
      photographs: [{ picture: await decodePicture(await readFile(path)), card, light: 'unknown', appearance: null }],
    }
}

interface DrawnCards {
  readonly station: string
  readonly lights: readonly string[]
  readonly count: number
  readonly seed: number
  /** Of the pictures, which are two thirds as high. */
  readonly widthPx: number
}

/** Good units of the virtual line under lights of the virtual rig, whose appearance is known. */
export async function* drawn(
  products: readonly string[],
  { station, lights, count, seed, widthPx }: DrawnCards,
  vision: Vision,
): AsyncGenerator<GoodCard> {
  const state = (station === '' ? 'sealed' : station) as GoodCard['station']
  for (const product of products) {
    const profile = loadProfile(product)
    await using line = await VirtualLine.make({ profile, seed, count, share: 0 })
    await using rig = await openRig({
      kind: 'virtual',
      seed,
      size: { width: widthPx, height: Math.round(widthPx / 1.5) },
    })
    const lot = LotFile.parse(JSON.parse(line.records))
    await rig.stage.goTo('inspect')
    for (let i = 0; i < count; i++) {
      rig.place(await line.card(i, state))
      const [first, ...others] = lights
      if (first === undefined) throw new Error('no light was named')
      const name = `${product}-${seed}-${i}`
      const under = (light: string) => photograph(rig, light, { profile, name, vision })
      const photographs: [GoodPhotograph, ...GoodPhotograph[]] = [await under(first)]
      for (const light of others) photographs.push(await under(light))
      yield { name, station: state, profile, lot, photographs }
    }
  }
}

async function photograph(
  rig: Rig,
  light: string,
  { profile, name, vision }: Pick<GoodCard, 'profile' | 'name'> & { readonly vision: Vision },
): Promise<GoodPhotograph> {
  await rig.light.set(light as LightPreset)
  const { bytes } = await rig.camera.photograph()
  const appearance = learnedLight(appearancesOf(profile), appearanceRig(rig.identity), light)
  const { reading } = await vision.look(new Uint8Array(bytes), profile, {
    name,
    crops: false,
    appearance,
    deadlineMs: PATIENCE_MS,
  })
  if (reading.card === null) throw new Error(`no card was found in the picture of ${name} under ${light}`)
  const card = projectQuad(reading.card.mmToPixels, outlineOf(profile))
  return { picture: await decodePicture(bytes), card, light, appearance }
}

/** From millimetres of the card's front to the picture. */
export const poseOf = (profile: ProductProfile, { card }: Pick<GoodPhotograph, 'card'>) =>
  quadToQuad(outlineOf(profile), card)!
