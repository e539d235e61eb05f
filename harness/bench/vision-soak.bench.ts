import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workerEnvironment, workerFlags } from '../core/worker-process.node.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { loadProfile } from '../products/load-profile.ts'
import { readPhotograph } from '../vision/read/read-photograph.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import type { TextReader } from '../vision/text/text-reader.ts'
import { noTexts } from './stress/no-texts.testing.ts'

// One process reads photograph after photograph, as a rig does all day: resident memory along the way, and how much it still
// grows in the last half. The photographs repeat when there are fewer than asked for.
//
// node harness/bench/vision-soak.bench.ts [--photos N] [--no-texts] [--limit MIB]   (photographs: ASSAY_PHOTOS)

const { values: args } = parseArgs({
  options: {
    photos: { type: 'string', default: '100' },
    texts: { type: 'boolean', default: true },
    limit: { type: 'string', default: '400' },
  },
  allowNegative: true,
})
const MIB = 2 ** 20
const POINTS = 20

// The allocator reads its settings once, as a process starts: the soak runs in one that is set up as a worker is.
if (process.env['MALLOC_ARENA_MAX'] === undefined) {
  const command = [...workerFlags, ...process.argv.slice(1)]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env: workerEnvironment() })
  process.exit(status ?? 1)
}

const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'
if (!existsSync(join(folder, 'index.json'))) {
  console.log(`No photographs at ${folder}: set ASSAY_PHOTOS to a folder with index.json.`)
} else await soak()

async function soak(): Promise<void> {
  const { images } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    images: readonly { readonly file: string; readonly product: string }[]
  }
  const text: TextReader = args.texts ? await openTextReader() : noTexts
  const count = Number(args.photos)
  const every = Math.max(1, Math.floor(count / POINTS))
  const residentMib: number[] = []
  console.log(
    `${'photographs'.padStart(11)}${'resident MiB'.padStart(14)}${'heap MiB'.padStart(10)}${'CPU s'.padStart(8)}`,
  )
  for (let i = 0; i < count; i++) {
    const { file, product } = images[i % images.length]!
    const pixels = await decodePicture(readFileSync(join(folder, file)))
    const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
    await readPhotograph({ id: file, pixels, takenAt: null, how }, loadProfile(product), { text })
    const { rss, heapUsed } = process.memoryUsage()
    residentMib.push(rss / MIB)
    if ((i + 1) % every !== 0) continue
    const { user, system } = process.cpuUsage()
    const cells = [(rss / MIB).toFixed(0), (heapUsed / MIB).toFixed(0), ((user + system) / 1e6).toFixed(0)]
    console.log(
      `${String(i + 1).padStart(11)}${cells[0]!.padStart(14)}${cells[1]!.padStart(10)}${cells[2]!.padStart(8)}`,
    )
  }
  await text[Symbol.asyncDispose]()
  const half = residentMib.slice(count >> 1)
  const median = half.toSorted((a, b) => a - b)[half.length >> 1]!
  const steady = median <= Number(args.limit)
  console.log(
    `steady ${median.toFixed(0)} MiB (median of the last half), peak ${Math.max(...residentMib).toFixed(0)} MiB, ` +
      `growth ${slope(half).toFixed(2)} MiB a photograph in the last half; ` +
      `${steady ? 'within' : 'BEYOND'} the limit of ${args.limit} MiB`,
  )
}

/** Least-squares slope of the values over their indices. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let [above, below] = [0, 0]
  for (const [i, value] of values.entries()) {
    above += (i - middle) * (value - mean)
    below += (i - middle) ** 2
  }
  return below === 0 ? 0 : above / below
}
