// @module-tag long
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { openBrowser } from '../../core/browser.testing.ts'
import type { FromVectorsWorker, Vector } from './vectors-worker.testing.ts'

const root = new URL('../../../', import.meta.url)
const { vectors } = JSON.parse(readFileSync(new URL('fixtures/vectors/bip38-bip-vectors.json', root), 'utf8')) as {
  vectors: Vector[]
}

async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('vectors-worker.testing.ts', import.meta.url))
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    onLog: (_level, log) => expect(log.code).toBeUndefined(),
  })
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false })
  await bundle.close()
  expect(output).toHaveLength(1)
  expect(output[0].imports).toEqual([])
  return output[0].code
}

test('every vector of the BIP, in a worker of a real browser, with progress and without Node', {
  timeout: 120_000,
}, async () => {
  const [browser, script] = await Promise.all([openBrowser(), bundled()])
  try {
    const page = await browser.newPage()
    await page.route('http://localhost/**', route => {
      const isScript = route.request().url().endsWith('/worker.js')
      const contentType = isScript ? 'text/javascript' : 'text/html'
      return route.fulfill({ contentType, body: isScript ? script : '<!doctype html><title>BIP38 in a worker</title>' })
    })
    await page.goto('http://localhost/')
    const messages = await page.evaluate(
      all =>
        new Promise<FromVectorsWorker[]>((resolve, reject) => {
          const heard: FromVectorsWorker[] = []
          const worker = new Worker('/worker.js')
          worker.onerror = event => reject(new Error(event.message))
          worker.onmessage = ({ data }: MessageEvent<FromVectorsWorker>) => {
            heard.push(data)
            if ('results' in data) resolve(heard)
          }
          worker.postMessage(all)
        }),
      vectors,
    )
    const last = messages.at(-1)
    if (last === undefined || !('results' in last)) throw new Error('The worker gave no results.')
    expect(last.results.map(({ id, wrong }) => ({ id, wrong }))).toEqual(vectors.map(({ id }) => ({ id, wrong: [] })))
    expect(last.hasNode).toBe(false)
    expect(last.engine).toBe('wasm-simd')
    for (const { progressSteps } of last.results) expect(progressSteps).toBeGreaterThan(4)
    const progress = messages.flatMap(message => ('progress' in message ? [message.progress] : []))
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  } finally {
    await browser.close()
  }
})
