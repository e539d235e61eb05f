import { expect, test } from 'vitest'
import type { VisionTools } from '../../vision/read/read-photograph.ts'
import type { LineCrop } from '../../vision/text/line-crop.ts'
import { noLine } from '../../vision/text/line-reading.ts'
import type { TextField } from '../../vision/text/text-field.ts'
import { SecondThread, serveFirst, withSecond } from './second-thread.ts'

const raster = { width: 1, height: 1, channels: 1 as const, data: new Uint8Array(1) }
const cropped = (): LineCrop => ({ raster, pixelsPerMm: 8, capHeightPx: 16, baselineY: 20 })
const field: TextField = { alphabet: 'AB', template: null, minLength: 1, maxLength: 9, made: 'printed' }

/** Tools that say whose they are. */
const toolsOf = (name: string, fails = false): VisionTools => ({
  text: {
    engine: 'wasm',
    readers: [],
    openFont() {
      throw new Error('no font here')
    },
    async readLine() {
      if (fails) throw new Error('cannot')
      return noLine(name)
    },
    async [Symbol.asyncDispose]() {},
  },
  detector: {
    async detect() {
      if (fails) throw new Error('cannot')
      return Float32Array.of(name.length)
    },
    async [Symbol.asyncDispose]() {},
  },
})

async function pair(tools: VisionTools) {
  const { port1, port2 } = new MessageChannel()
  const thread = new SecondThread(port1)
  const both = withSecond(toolsOf('first'), thread)
  await serveFirst(port2, Promise.resolve(tools))
  await new Promise(resolve => setTimeout(resolve, 20))
  return { thread, both, [Symbol.dispose]: () => port1.close() }
}

test('a line and a picture that were told ahead are answered by the second thread, others by the first', async () => {
  using threads = await pair(toolsOf('second'))
  const { text, detector } = threads.both
  const [told, untold] = [cropped(), cropped()]
  text.ahead!(told, field)
  detector!.ahead!(raster)
  await new Promise(resolve => setTimeout(resolve, 20))
  expect((await text.readLine(untold, field)).because).toBe('first')
  expect((await text.readLine(told, field)).because).toBe('second')
  // Asked for again it is read anew.
  expect((await text.readLine(told, field)).because).toBe('first')
  expect(await detector!.detect(raster)).toEqual(Float32Array.of(6))
  expect(await detector!.detect(raster)).toEqual(Float32Array.of(5))
})

test('a line that is asked for under another field than was told is read under that field', async () => {
  using threads = await pair(toolsOf('second'))
  const line = cropped()
  threads.both.text.ahead!(line, field)
  expect((await threads.both.text.readLine(line, { ...field, likelyFace: 'mono' })).because).toBe('first')
})

test('what the second thread has not begun, fails at or leaves undone, the first one does', async () => {
  using failing = await pair(toolsOf('second', true))
  const line = cropped()
  failing.both.text.ahead!(line, field)
  expect((await failing.both.text.readLine(line, field)).because).toBe('first')
  const { port1 } = new MessageChannel()
  const silent = new SecondThread(port1)
  const both = withSecond(toolsOf('first'), silent)
  both.text.ahead!(line, field)
  expect((await both.text.readLine(line, field)).because).toBe('first')
  port1.close()
})

test('a thread that ended is not waited for', async () => {
  const { port1, port2 } = new MessageChannel()
  const thread = new SecondThread(port1)
  const both = withSecond(toolsOf('first'), thread)
  port2.postMessage({ opened: true })
  await new Promise(resolve => setTimeout(resolve, 20))
  const line = cropped()
  both.text.ahead!(line, field)
  const reading = both.text.readLine(line, field)
  thread.end()
  expect((await reading).because).toBe('first')
  port1.close()
})

test('what was dropped before it was begun is not done by the second thread', async () => {
  const { port1, port2 } = new MessageChannel()
  const thread = new SecondThread(port1)
  const both = withSecond(toolsOf('first'), thread)
  const line = cropped()
  both.text.ahead!(line, field)
  thread.drop()
  await serveFirst(port2, Promise.resolve(toolsOf('second')))
  await new Promise(resolve => setTimeout(resolve, 20))
  expect((await both.text.readLine(line, field)).because).toBe('first')
  port1.close()
})
