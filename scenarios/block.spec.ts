import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CardSurface } from '../devices/virtual/card-surface.ts'
import { shippedFonts } from '../harness/products/font.ts'
import { markNamed } from '../harness/products/geometry.ts'
import { loadProfile } from '../harness/products/load-profile.ts'
import type { RectMm } from '../harness/products/profile.ts'
import { expect, test } from './rig-test.ts'

// BLOCK prints the encrypted private key as text too, under the same layer as its QR code. What holds of one holds of the
// other: proved where it lies open, an alarm where it must not.
test.use({ product: 'block' })

const checksOf = ({ findings }: { readonly findings: readonly { readonly check: string }[] }) =>
  findings.map(({ check }) => check)

test.describe('before lamination', () => {
  test.use({ at: 'printed' })

  test('both layers of a block pass, QR code and text of the EPK compared', async ({ store, station }) => {
    const unit = await store.unit()
    const record = await station.inspect(unit)
    expect(record).toPass()
    expect(record.unit).toBe(unit.serial)
    expect(checksOf(record)).toContain('epk-matches')
    expect(record.readings.find(({ mark }) => mark === 'epk-text')).toMatchObject({ secret: true, text: null })
  })

  test('one wrong character in the EPK text never goes on', async ({ store, station }) => {
    const record = await station.inspect(await store.unit({ defect: 'epk-text-other-character' }))
    expect(record).toBeStopped()
    expect(record.findings.find(({ check }) => check === 'epk-matches')?.verdict).not.toBe('PASS')
  })

  test("another unit's EPK, QR code and text alike, fails", async ({ store, station }) => {
    expect(await station.inspect(await store.unit({ defect: 'other-epk' }))).toFailAt('owner-entropy')
  })
})

test.describe('sealed', () => {
  test.use({ at: 'sealed' })

  test('a finished block passes', async ({ store, station }) => {
    expect(await station.inspect(await store.unit())).toPass()
  })

  test('an opened block stops the run', async ({ store, station }) => {
    const acknowledge = ['epk-exposed', 'both-factors-exposed'] as const
    const { verdict, alarm } = await station.inspect(await store.unit(), { shown: 'opened', acknowledge })
    expect(verdict).toBe('FAIL')
    expect(alarm?.marks).toEqual(expect.arrayContaining(['epk-qr']))
  })
})

test.describe('torn', () => {
  test.use({ at: 'sealed' })

  test('a tear that leaves nothing open but the EPK text stops the run', async ({ store, station }) => {
    const unit = await store.unit()
    const profile = loadProfile('block')
    const { x, y, width, height } = markNamed(profile, 'epk-text').rectOnCard
    const tear = { x: x - 1, y: y - 1, width: width + 2, height: height + 2 }
    const torn = withTear(await unit.card('sealed'), await unit.card('opened'), tear)
    const record = await station.inspect({ ...unit, card: async () => torn }, { acknowledge: ['epk-exposed'] })
    expect(record).toRaiseAlarm('epk-exposed')
    expect(record.alarm?.marks).toContain('epk-text')
  })
})

test.describe('opened', () => {
  // Its passphrases hold 0 and O, 1 and I: only with the maker's font is one read. The twin's is what the shipped profile leaves open.
  test.use({
    at: 'opened',
    product: async ({ at: _ }, use, info) => {
      const file = info.outputPath('block.json')
      const fonts = { etching: fontFile(shippedFonts.etching), print: fontFile(shippedFonts.print) }
      writeFileSync(file, JSON.stringify({ ...loadProfile('block'), fonts }))
      await use(file)
    },
  })

  test('a block proves its key, and its EPK text is that of the QR code', async ({ store, station }) => {
    const record = await station.inspect(await store.unit())
    expect(record).toPass()
    expect(checksOf(record)).toEqual(expect.arrayContaining(['decryption', 'epk-matches']))
  })
})

function fontFile(name: string): string {
  return fileURLToPath(new URL(`../harness/products/fonts/${name}`, import.meta.url))
}

/** A card that shows what lies below in one place. */
function withTear(above: CardSurface, below: CardSurface, { x, y, width, height }: RectMm): CardSurface {
  const px = above.pixelsPerMm
  const torn = {
    ...above,
    colour: Uint8Array.from(above.colour),
    metal: Uint8Array.from(above.metal),
    gloss: Uint8Array.from(above.gloss),
    heightUm: Int16Array.from(above.heightUm),
  }
  for (let row = Math.round(y * px); row < Math.round((y + height) * px); row++) {
    const from = row * above.width + Math.round(x * px)
    const to = from + Math.round(width * px)
    torn.colour.set(below.colour.subarray(3 * from, 3 * to), 3 * from)
    for (const map of ['metal', 'gloss', 'heightUm'] as const) torn[map].set(below[map].subarray(from, to), from)
  }
  return torn
}
