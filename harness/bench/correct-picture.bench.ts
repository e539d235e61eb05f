/**
 * What it costs to take the rig's own faults out of a photograph: `npm run bench -- correct-picture [times]`. CPU time of
 * this process, which does nothing else, of one photograph of 2400 × 1600 px with noise in it.
 */
import { correctPicture, type PictureCorrection } from '../imaging/correct-picture.ts'

const times = Number(process.argv[2] ?? 15)
const size = { width: 2400, height: 1600 }
const data = new Uint8Array(3 * size.width * size.height)
for (let i = 0; i < data.length; i++) data[i] = 120 + 90 * Math.sin(i / 37) + (Math.imul(i, 2_654_435_761) >>> 28)
const picture = { ...size, channels: 3, data } as const

const dark = [0.004, 0.005, 0.004] as const
const gain = { columns: 13, rows: 9, values: Array.from({ length: 351 }, (_, i) => 1 + 0.2 * Math.sin(i / 9)) }
const lens = { k1: -0.0117, k2: 0.0021, centrePx: [1206, 796] } as const
const parts: Readonly<Record<string, PictureCorrection>> = {
  'dark level': { size, dark, gain: null, lens: null },
  'dark and gain': { size, dark, gain, lens: null },
  lens: { size, dark: null, gain: null, lens },
  all: { size, dark, gain, lens },
}

console.log('corrected       median ms   worst ms')
for (const [name, correction] of Object.entries(parts)) {
  const spent: number[] = []
  // The first ones pay for the compiler.
  for (let i = -3; i < times; i++) {
    const before = process.cpuUsage()
    correctPicture(picture, correction)
    const { user, system } = process.cpuUsage(before)
    if (i >= 0) spent.push((user + system) / 1000)
  }
  spent.sort((a, b) => a - b)
  const cells = [spent[spent.length >> 1]!, spent.at(-1)!].map(ms => ms.toFixed(0).padStart(10))
  console.log(name.padEnd(15), ...cells)
}
