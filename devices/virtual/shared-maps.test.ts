import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { openRig } from '../rig.ts'
import type { CardSurface } from './card-surface.ts'
import { SharedMaps } from './shared-maps.ts'

function plainCard(brightness: number, pixelsPerMm = 4): CardSurface {
  const [widthMm, heightMm] = [85.5, 54]
  const [width, height] = [widthMm * pixelsPerMm, heightMm * pixelsPerMm]
  const samples = width * height
  return {
    ...{ widthMm, heightMm, thicknessMm: 0.8, cornerRadiusMm: 3, pixelsPerMm, width, height },
    colour: new Uint8Array(3 * samples).fill(brightness),
    metal: new Uint8Array(samples).fill(brightness >> 2),
    gloss: new Uint8Array(samples).fill(brightness >> 3),
    heightUm: new Int16Array(samples).fill(-brightness),
    brushAngleDeg: 0,
    metalTint: [0.6, 0.58, 0.55],
  }
}

test('a card in common memory is the card, and the next of its size lies where it lay', () => {
  const maps = new SharedMaps()
  const [first, second, larger] = [plainCard(40), plainCard(200), plainCard(90, 6)]
  const held = maps.hold(first)
  expect(isDeepStrictEqual(held, first)).toBe(true)
  expect(held.colour.buffer).toBeInstanceOf(SharedArrayBuffer)
  const next = maps.hold(second)
  expect(isDeepStrictEqual(next, second)).toBe(true)
  expect(next.heightUm.buffer).toBe(held.heightUm.buffer)
  expect(isDeepStrictEqual(first, plainCard(40))).toBe(true)
  expect(isDeepStrictEqual(maps.hold(larger), larger)).toBe(true)
})

test('each card is photographed as itself, whichever lay there before it', async () => {
  const plain = [plainCard(40), plainCard(200)] as const
  const photographs = async (cards: readonly (CardSurface | null)[]): Promise<readonly string[]> => {
    await using rig = await openRig({ kind: 'virtual', seed: 3, size: { width: 300, height: 200 } })
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    const taken: string[] = []
    for (const card of cards) {
      rig.place(card)
      taken.push(Buffer.from((await rig.camera.photograph()).bytes).toString('base64'))
    }
    return taken
  }
  const [, bright, again] = await photographs([plain[0], plain[1], plain[0]])
  const [, brightAlone, darkAfter] = await photographs([null, plain[1], plain[0]])
  expect(bright).toBe(brightAlone)
  expect(again).toBe(darkAfter)
  expect(again).not.toBe(bright)
})
