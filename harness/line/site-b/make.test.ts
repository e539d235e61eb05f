import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { QuickLine, quickSettings } from '../quick-line.testing.ts'

const code = (error: unknown) => (error as { code?: string }).code

let line: QuickLine
beforeAll(async () => {
  line = await QuickLine.withSites()
})
afterAll(() => line[Symbol.dispose]())

it('a piece of camera noise goes into one key only: when it is used up, the line stops', async () => {
  await line.begin()
  /** One-bit samples: 1,024 for the test before first use, and 256 with half a bit each for every key. */
  const noise = (samples: number) => ({
    dice: null,
    devices: [],
    cameraSamples: Buffer.from(new VirtualLotRandom('noise').bytes(samples).map(byte => byte & 1)).toString('base64'),
  })
  expect(await line.make({ entropy: noise(1024 + 2 * 256) }).catch(code)).toBe('entropy-missing')
  expect(await line.make({ entropy: noise(1024 + 4 * 256) })).toMatchObject({ units: 3 })
})

it('no key is made from the generator of the operating system alone', async () => {
  const lot = 'virtual-alone'
  await line.begin({ lot })
  const make = (entropy: object) => line.make({ lot, manifest: line.manifest('A', lot), entropy })
  const none = { dice: null, devices: [], cameraSamples: null }
  expect(await make(none).catch(code)).toBe('entropy-missing')
  expect(await make({ ...none, dice: line.dice() })).toMatchObject({ units: 3 })
})

it('a drive that must be destroyed is known by its number beforehand', async () => {
  const lot = 'virtual-drive'
  await line.begin({ lot, settings: { ...quickSettings, drives: 'destroyed' } })
  const make = (drive: string | null) => line.make({ lot, manifest: line.manifest('A', lot), drive })
  expect(await make(null).catch(code)).toBe('number-missing')
  expect(await make('D-7')).toMatchObject({ units: 3 })
})

it('a manifest that was carried is taken and answered under a seal, and so is the answer', async () => {
  const lot = 'virtual-carried'
  const carried = { ...quickSettings, courier: 'carried' }
  expect(await line.begin({ lot, settings: carried }).catch(code)).toBe('seal-missing')
  await line.begin({ lot, settings: carried, seal: 'S-1' })
  const make = (seals: object) =>
    line.make({ lot, manifest: line.manifest('A', lot), ...seals }).then(() => 'made', code)
  expect(await make({ sealOut: 'S-2' })).toBe('seal-missing')
  expect(await make({ sealIn: 'S-1' })).toBe('seal-missing')
  expect(await make({ sealIn: 'S-1', sealOut: 'S-2' })).toBe('made')
  const receive = (seal: string | null) => line.receive({ lot, manifest: line.manifest('B', lot), seal })
  expect(await receive(null).catch(code)).toBe('seal-missing')
  expect(await receive('S-2')).toMatchObject({ verified: 3 })
})

it('what was sent once is given out again as it was, whoever has worked since', async () => {
  const sent = { A: await line.begin(), B: await line.make() }
  const manifests = () => [line.manifest('A'), line.manifest('B')]
  const before = manifests()
  line.operators = { A: 'dora', B: 'carl' }
  await line.receive()
  const spool = join(line.folder, 'spool')
  mkdirSync(spool)
  await line.run('B', 'print', { lot: 'virtual-1', spool, serials: null, dotsPerMm: null, addressKind: null })
  expect({ A: await line.begin(), B: await line.make() }).toEqual(sent)
  expect(manifests()).toEqual(before)
})
