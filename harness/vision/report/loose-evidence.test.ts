import sharp from 'sharp'
import { expect, it } from 'vitest'
import { drawLooseLayers } from '../../../fixtures/artwork/draw-loose-layers.ts'
import { makeCard } from '../../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { toGrey } from '../../imaging/grey.ts'
import type { Raster } from '../../imaging/raster.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { locateLooseLayers } from '../locate/loose-layers.ts'
import type { Sight } from '../read/read-photograph.ts'
import { findSymbols } from '../symbols/find-symbols.ts'
import { cutEvidence } from './evidence.node.ts'

it.each(['assay-reference', 'block'])(
  'of two loose layers of %s every public mark that was read is shown; of one layer, or of none known, nothing',
  async name => {
    const profile = loadProfile(name)
    const random = new VirtualLotRandom('evidence')
    const unit = paperUnit(profile, random)
    const { width, height, colour } = drawLooseLayers({
      profile,
      card: makeCard(profile, unit, random),
      pixelsPerMm: 12,
    })
    const picture = { width, height, channels: 3 as const, data: colour }
    const symbols = await findSymbols(picture)
    const { layers } = locateLooseLayers(toGrey(picture), profile, symbols)
    expect(layers).toHaveLength(2)
    const sightWith = (found: typeof layers, seen = symbols, outcome = 'read') =>
      ({
        photograph: { id: '0'.repeat(64), pixels: picture },
        profile,
        symbols: seen,
        card: null,
        loose: { layers: found, marks: [], measurements: [], further: [] },
        reading: { marks: [{ mark: 'address-qr', outcome, text: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', where: null }] },
      }) as unknown as Sight

    // Even when no reader saw the EPK's symbol at all, its place is known from the layer.
    for (const seen of [symbols, symbols.filter(({ version }) => version === 3)]) {
      const crops = await cutEvidence(sightWith(layers, seen))
      expect(crops.map(({ of }) => of)).toEqual(profile.marks.filter(({ on }) => on !== 'card').map(({ name }) => name))
      for (const { of, bytes } of crops) {
        const shown = await pixelsOf(bytes)
        const read = await findSymbols(shown)
        expect(read.some(({ bytes }) => bytes !== null)).toBe(of === 'address-qr')
        if (of.startsWith('epk-')) expect(toGrey(shown).data.every(level => level < 12)).toBe(true)
      }
    }
    // What was not read may be anything.
    for (const { bytes } of await cutEvidence(sightWith(layers, symbols, 'unread'))) {
      const read = await findSymbols(await pixelsOf(bytes))
      expect(read.every(({ bytes }) => bytes === null)).toBe(true)
    }
    expect(await cutEvidence(sightWith(layers.slice(0, 1)))).toEqual([])
    expect(await cutEvidence({ ...sightWith([]), loose: null })).toEqual([])
  },
)

/** A crop is no photograph: what blacks it out has edges that no lens draws, which reading refuses as a torn picture. */
async function pixelsOf(bytes: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }
}
