import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const harness = fileURLToPath(new URL('../../', import.meta.url))
/** The way through a photograph, and what it is handed that a page can make itself. */
const entries = [
  'vision/read/read-photograph.ts',
  'vision/text/text-reader.ts',
  'vision/text/pp-ocr.ts',
  'vision/text/etch-net.ts',
  'vision/report/evidence.ts',
  'imaging/correct-picture.ts',
]

test('the way through a photograph is bundled for a page, and asks nothing of Node', async () => {
  const complaints: string[] = []
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry, i) => [`entry${i}`, `${harness}${entry}`])),
    platform: 'browser',
    // Loaded by import() where Node runs; a page hands in what they give. A static one the boundaries refuse.
    external: [/\.node\.ts$/, 'onnxruntime-web'],
    onLog: (_level, { message }) => complaints.push(message),
  })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  expect(complaints).toEqual([])
  const chunks = output.filter(part => part.type === 'chunk')
  const own = new Set(chunks.map(({ fileName }) => fileName))
  const outside = (pick: (chunk: (typeof chunks)[number]) => readonly string[]) =>
    new Set(chunks.flatMap(pick).filter(file => !own.has(file)))
  expect(outside(({ imports }) => imports)).toEqual(new Set())
  expect([...outside(({ dynamicImports }) => dynamicImports)].filter(file => !file.endsWith('.node.ts'))).toEqual([])
  expect(chunks.some(({ code }) => /["'`]node:/.test(code))).toBe(false)

  const modules = chunks.flatMap(({ moduleIds }) => moduleIds).filter(file => file.startsWith(harness))
  expect(modules.length).toBeGreaterThan(100)
  const withNode = modules.filter(file => /\b(?:process\.|Buffer\b|createRequire|__dirname)/.test(codeOf(file)))
  expect(withNode).toEqual([])
})

/** Without comments, which may speak of Node. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
}
