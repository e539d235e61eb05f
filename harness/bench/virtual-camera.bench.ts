/**
 * What a photograph of the virtual camera costs: `node harness/bench/virtual-camera.bench.ts [photographs a row]`.
 * Wall time as a caller waits for it; CPU time of the whole process, JPEG encoding included; longest pause of the event
 * loop meanwhile.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openRig } from '../../devices/rig.ts'
import { testCard } from '../../devices/virtual/card.testing.ts'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import { Chamber, type RenderTimes } from '../../devices/virtual/optics/render.ts'
import { placements } from '../../devices/virtual/placement.ts'
import { virtualTruth } from '../../devices/virtual/truth.ts'

const count = Number(process.argv[2] ?? 8)
const sizes = [
  [1200, 800],
  [1920, 1280],
  [2400, 1600],
  [3600, 2400],
] as const
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const line = (...cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => String(cell).padStart(i === 0 ? 11 : 10)).join(''))

async function throughTheRig(card: CardSurface): Promise<void> {
  line('size', 'median ms', 'worst ms', 'CPU ms', 'kB', 'loop ms')
  for (const [width, height] of sizes) {
    await using rig = await openRig({ kind: 'virtual', seed: 1, size: { width, height } })
    rig.place(card)
    await rig.stage.goTo('inspect')
    const wall: number[] = []
    const cpu: number[] = []
    let bytes = 0
    const loop = monitorEventLoopDelay({ resolution: 1 })
    for (let i = 0; i <= count; i++) {
      await rig.light.set((['dome', 'ring', 'left', 'right'] as const)[i % 4]!)
      const started = performance.now()
      const before = process.cpuUsage()
      if (i === 1) loop.enable()
      const photograph = await rig.camera.photograph()
      // The first one starts the thread and prepares the surface.
      if (i === 0) continue
      const used = process.cpuUsage(before)
      wall.push(performance.now() - started)
      cpu.push((used.user + used.system) / 1000)
      bytes += photograph.bytes.length
    }
    loop.disable()
    const cells = [median(wall), Math.max(...wall), median(cpu), bytes / count / 1000, loop.max / 1e6]
    line(`${width}×${height}`, ...cells.map(value => value.toFixed(0)))
  }
}

async function stageByStage(card: CardSurface): Promise<void> {
  const chamber = new Chamber()
  const times: RenderTimes[] = []
  for (let shot = 1; shot <= count + 1; shot++) {
    const lamps = { dome: 0, ring: 0, left: 0, right: 0, [(['dome', 'ring', 'left', 'right'] as const)[shot % 4]!]: 1 }
    const scene = {
      truth: virtualTruth,
      size: { width: 2400, height: 1600 },
      lamps,
      carriage: virtualTruth.mount.axisAt,
      placement: placements.nest,
      exposureMs: 20,
      seed: 1,
      shot,
      dark: false,
      blurred: false,
    }
    await chamber.photograph(scene, card)
    if (shot > 1) times.push({ ...chamber.times })
  }
  const stages = Object.keys(chamber.times) as (keyof RenderTimes)[]
  const all = stages.map(stage => median(times.map(time => time[stage])))
  const total = all.reduce((sum, ms) => sum + ms, 0)
  line('stage', 'median ms', 'share %')
  for (const [i, stage] of stages.entries()) line(stage, all[i]!.toFixed(0), ((100 * all[i]!) / total).toFixed(0))
}

const card = testCard(25)
console.log(`${count} photographs a row, surface of 25 samples/mm, 2400 px: 15.9 px/mm\n`)
await throughTheRig(card)
console.log()
await stageByStage(card)
