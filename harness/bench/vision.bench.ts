import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Secret } from '../core/secret.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import type { Point } from '../imaging/quad.ts'
import { quantile } from '../imaging/quantile.ts'
import { loadProfile } from '../products/load-profile.ts'
import { bip38Passphrase } from '../products/text-setting.ts'
import { type ReadingStage, readingStages, seePhotograph } from '../vision/read/read-photograph.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'

// The whole path on photographs with known truth: card found and how exactly, each symbol and text, what was read wrong,
// cover and layers, time of each stage. Times are processor time of the process, which a busy machine does not stretch.
//
// node harness/bench/vision.bench.ts [PHOTO...] [--each] [--json]      (folder: env ASSAY_PHOTOS, default ../shared/photos)

const { values: args, positionals } = parseArgs({
  options: { each: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const folder = process.env['ASSAY_PHOTOS'] ?? '../shared/photos'

interface Truth {
  readonly file: string
  readonly unit: string
  readonly state: 'sealed' | 'opened'
  readonly product: string
  readonly defect: string | null
  readonly adverse: readonly string[]
  readonly expected: {
    readonly qr: string
    readonly serialSticker: string
    readonly serialCard: string
    readonly passphrase: string | null
    readonly address?: string
  }
  readonly fields: Readonly<Record<string, readonly Point[]>>
}

class Tally {
  right = 0
  all = 0
  readonly wrong: string[] = []
  readonly missed: string[] = []

  count(photo: string, seen: string | null, truth: string): void {
    this.all++
    if (seen === null) this.missed.push(photo)
    else if (seen === truth) this.right++
    else this.wrong.push(photo)
  }
}

if (!existsSync(join(folder, 'index.json'))) {
  console.log(`No photographs at ${folder}: set ASSAY_PHOTOS to a folder with index.json and units.json.`)
} else await bench()

async function bench(): Promise<void> {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { images: readonly Truth[] }
  const wanted = index.images.filter(
    ({ file }) => positionals.length === 0 || positionals.some(name => file.includes(name)),
  )
  await using text = await openTextReader()
  const tallies = new Map<string, Tally>()
  const tally = (name: string) => tallies.get(name) ?? tallies.set(name, new Tally()).get(name)!
  const errors: { readonly photo: string; readonly mm: number; readonly nominal: boolean }[] = []
  const times = new Map<ReadingStage | 'decode' | 'all', number[]>()
  let peak = 0
  for (const truth of wanted) {
    const profile = loadProfile(truth.product)
    const clock = stageClock(times)
    clock.start('decode')
    const pixels = await decodePicture(readFileSync(join(folder, truth.file)))
    const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
    const { reading } = await seePhotograph(
      { id: truth.file, pixels, takenAt: null, how },
      profile,
      { text },
      { onStage: clock.start },
    )
    clock.end()
    peak = Math.max(peak, process.memoryUsage().rss)
    const photo = truth.file.replace(/^.*\/|\..*$/g, '')
    score(photo, truth, reading, tally, found => bip38Passphrase(profile, found))
    const mm = reading.card === null ? null : cornerError(reading.card, truth.fields['card']!)
    if (mm !== null) errors.push({ photo, mm, nominal: truth.adverse.length === 0 })
    if (args.each) {
      const marks = reading.marks.map(({ mark, outcome }) => `${mark} ${outcome}`).join(', ')
      console.log(
        `${photo} ${truth.state} corners ${mm?.toFixed(3) ?? '–'} mm; looks ${reading.states.join('/') || '–'}; ${marks}`,
      )
    }
  }
  print(wanted.length, tallies, errors, times, peak)
}

function score(
  photo: string,
  truth: Truth,
  reading: PhotographReading,
  tally: (name: string) => Tally,
  plainPassphrase: (found: string) => string,
): void {
  const sealed = truth.state === 'sealed'
  const seen = (mark: string): string | null => {
    const found = reading.marks.find(candidate => candidate.mark === mark)?.text ?? null
    return found instanceof Secret ? found.exposeText() : found
  }
  const outcome = (mark: string) => reading.marks.find(candidate => candidate.mark === mark)?.outcome ?? 'unread'
  tally('card found').count(photo, reading.card === null ? null : 'found', 'found')
  tally(sealed ? 'address-qr' : 'epk-qr').count(photo, seen(sealed ? 'address-qr' : 'epk-qr'), truth.expected.qr)
  tally('serial-card').count(photo, seen('serial-card'), truth.expected.serialCard)
  tally(sealed ? 'serial-top' : 'serial-bottom').count(
    photo,
    seen(sealed ? 'serial-top' : 'serial-bottom'),
    truth.expected.serialSticker,
  )
  if (sealed && truth.expected.address) tally('address-text').count(photo, seen('address-text'), truth.expected.address)
  if (!sealed && truth.expected.passphrase !== null) {
    const found = seen('passphrase')
    tally('passphrase').count(photo, found === null ? null : plainPassphrase(found), truth.expected.passphrase)
  }
  // What is not there must not be read, whatever it would say.
  for (const mark of sealed ? ['epk-qr', 'serial-bottom', 'passphrase'] : ['address-qr', 'address-text', 'serial-top'])
    tally('nothing read that is not there').count(photo, seen(mark) === null ? 'nothing' : 'something', 'nothing')
  const leak = truth.defect === 'scratch-leak'
  const cover = ['broken', 'displaced'].includes(outcome('scratch-off')) ? 'leaking' : outcome('scratch-off')
  const covered = sealed ? (leak ? 'leaking' : 'whole') : 'missing'
  tally(leak && sealed ? 'leaking cover found' : 'cover judged').count(photo, cover, covered)
  tally('layers told').count(photo, outcome(sealed ? 'epk-qr' : 'address-qr'), sealed ? 'concealed' : 'absent')
  tally('state recognised').count(photo, reading.states.includes(truth.state) ? 'yes' : null, 'yes')
}

/** RMS distance of the four corners to the true ones, mm. */
function cornerError(card: NonNullable<PhotographReading['card']>, truth: readonly Point[]): number {
  const squares = card.corners.map(([x, y], i) => (x - truth[i]![0]) ** 2 + (y - truth[i]![1]) ** 2)
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 4) / card.pixelsPerMm
}

function stageClock(times: Map<ReadingStage | 'decode' | 'all', number[]>) {
  const cpuMs = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  const begun = cpuMs()
  let running: { stage: ReadingStage | 'decode'; since: number } | null = null
  const add = (stage: ReadingStage | 'decode' | 'all', ms: number) =>
    times.set(stage, [...(times.get(stage) ?? []), ms])
  const stop = () => {
    if (running !== null) add(running.stage, cpuMs() - running.since)
    running = null
  }
  return {
    start(stage: ReadingStage | 'decode') {
      stop()
      running = { stage, since: cpuMs() }
    },
    end() {
      stop()
      add('all', cpuMs() - begun)
    },
  }
}

function print(
  photos: number,
  tallies: ReadonlyMap<string, Tally>,
  errors: readonly { photo: string; mm: number; nominal: boolean }[],
  times: ReadonlyMap<string, readonly number[]>,
  peak: number,
): void {
  const nominal = errors.filter(error => error.nominal)
  const corner = (some: typeof errors) => ({
    photographs: some.length,
    medianMm: quantile(
      some.map(({ mm }) => mm),
      0.5,
    ),
    worstMm: Math.max(...some.map(({ mm }) => mm)),
  })
  const summary = {
    photographs: photos,
    rates: Object.fromEntries(
      [...tallies].map(([name, { right, all, wrong, missed }]) => [name, { right, all, wrong, missed }]),
    ),
    corners: { all: corner(errors), nominal: corner(nominal) },
    cpuMs: Object.fromEntries(
      ['decode', ...readingStages, 'all'].flatMap(stage => {
        const own = times.get(stage)
        return own === undefined ? [] : [[stage, { median: quantile(own, 0.5), worst: Math.max(...own) }]]
      }),
    ),
    peakRssMib: peak / 2 ** 20,
  }
  if (args.json) {
    console.log(JSON.stringify(summary))
    return
  }
  console.log(`${photos} photographs`)
  for (const [name, { right, all, wrong, missed }] of tallies) {
    const notes = [
      ...(wrong.length > 0 ? [`WRONG ${wrong.length}: ${wrong.join(' ')}`] : []),
      ...(missed.length > 0 ? [`not read: ${missed.join(' ')}`] : []),
    ]
    console.log(`${name.padEnd(32)} ${String(right).padStart(3)} of ${String(all).padEnd(3)} ${notes.join('; ')}`)
  }
  for (const [name, { photographs, medianMm, worstMm }] of Object.entries(summary.corners))
    console.log(
      `corner error, ${name} (${photographs}): median ${medianMm.toFixed(3)} mm, worst ${worstMm.toFixed(3)} mm`,
    )
  const wholeMs = summary.cpuMs['all']?.median ?? 0
  for (const [stage, { median, worst }] of Object.entries(summary.cpuMs))
    console.log(
      `${stage.padEnd(10)} median ${median.toFixed(0).padStart(6)} ms (${((100 * median) / wholeMs).toFixed(0).padStart(3)} % of the whole), worst ${worst.toFixed(0).padStart(6)} ms of processor time`,
    )
  console.log(`peak memory ${summary.peakRssMib.toFixed(0)} MiB`)
}
