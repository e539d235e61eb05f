/**
 * What every photograph costs between driver and caller (whole? new? stamped?): `node harness/bench/keeping.bench.ts
 * [photographs]`. The pictures are made before, so only the keeping is measured.
 */
import sharp from 'sharp'
import { DrivenCamera } from '../../devices/camera/driven-camera.ts'

const count = Number(process.argv[2] ?? 12)
const noise = { type: 'gaussian', mean: 120, sigma: 14 } as const
const capabilities = { sizes: [], exposureMs: null, focusMm: null, whiteBalanceK: null, video: false }
console.log('            size     kB   median ms   worst ms')
for (const [width, height] of [
  [1920, 1080],
  [2400, 1600],
  [4000, 3000],
] as const) {
  for (const format of ['jpeg', 'png'] as const) {
    const image = () => sharp({ create: { width, height, channels: 3, background: '#000', noise } })
    const pictures = [await image()[format]().toBuffer(), await image()[format]().toBuffer()]
    let turn = 0
    const take = async () => ({ bytes: pictures[turn++ % 2]! })
    const driver = { name: 'made', capabilities, take, close: async () => {} }
    const camera = new DrivenCamera(driver, { deadlineMs: 60_000 }, {})
    const times: number[] = []
    for (let i = 0; i <= count; i++) {
      const started = performance.now()
      await camera.photograph()
      if (i > 0) times.push(performance.now() - started)
    }
    await camera.close()
    times.sort((a, b) => a - b)
    const cells = [`${format} ${width}×${height}`.padStart(16), `${Math.round(pictures[0]!.length / 1000)}`.padStart(6)]
    console.log(...cells, times[times.length >> 1]!.toFixed(1).padStart(10), times.at(-1)!.toFixed(1).padStart(10))
  }
}
