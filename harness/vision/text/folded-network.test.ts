import fc from 'fast-check'
import { expect, test } from 'vitest'
import { greyOf, resample } from '../../imaging/grey-image.ts'
import { shippedFonts } from '../../products/font.ts'
import { foldedNetwork } from './folded-network.ts'
import { readEtchNet, readPpOcr, readTextDetector, runtimesFor } from './network-files.node.ts'
import { loadNetwork } from './onnx-engine.ts'
import { openGraph } from './onnx-graph.ts'
import { drawLine } from './synthetic-line.testing.ts'

const operations = (model: Uint8Array) => openGraph(model).graph.nodes.map(({ operation }) => operation)

test.for([
  ['recogniser', async () => (await readPpOcr()).model, [1, 3, 48, 160], 285],
  ['detector', readTextDetector, [1, 3, 64, 256], 191],
] as const)('the %s gives the same with fewer operations', async ([, read, shape, most]) => {
  const model = await read()
  const folded = foldedNetwork(model)
  expect(operations(folded).filter(name => name !== 'Constant').length).toBeLessThanOrEqual(most)
  expect(operations(model).filter(name => name !== 'Constant').length).toBeGreaterThan(most + 100)
  const [, , height, width] = shape
  const { raster } = await drawLine({ text: 'AQ49R7KX', font: shippedFonts.print, capHeightPx: 24 })
  const whole = { left: 0, top: 0, width: raster.width, height: raster.height }
  const line = resample(greyOf(raster), whole, width, height).data
  const input = Float32Array.from({ length: 3 * line.length }, (_, i) => line[i % line.length]! / 60 - 2)
  const [before, after] = await Promise.all(
    [model, folded].map(async bytes => {
      await using network = await loadNetwork(bytes, runtimesFor())
      return await network.run(input, shape)
    }),
  )
  expect(after!.shape).toEqual(before!.shape)
  const apart = before!.data.reduce((most, value, i) => Math.max(most, Math.abs(value - after!.data[i]!)), 0)
  expect(apart).toBeLessThan(1e-4)
  expect(before!.data.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(0.01)
})

test('what is no model, or a part of one, comes back or is written again: it never throws and never hangs', async () => {
  const { model } = await readEtchNet()
  const head = model.subarray(0, 4000)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(foldedNetwork(bytes)).toBeInstanceOf(Uint8Array)
    }),
  )
  fc.assert(
    fc.property(fc.nat({ max: head.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
      const spoilt = Uint8Array.from(head)
      spoilt[at] = value
      expect(foldedNetwork(spoilt.subarray(0, at + 40))).toBeInstanceOf(Uint8Array)
    }),
  )
})
