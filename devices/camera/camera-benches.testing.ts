import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfigOf } from '../config-of.testing.ts'
import { openRig } from '../rig.ts'
import { testCard } from '../virtual/card.testing.ts'
import { openVirtualCamera } from '../virtual/virtual-camera.ts'
import type { Camera } from './camera.ts'
import { cameras } from './cameras.ts'
import { findChromium } from './chromium/find-chromium.ts'
import { TestCameraServer, testPicture, testSize } from './pictures.testing.ts'

/** A camera on a bench where a program decides what is before it and pulls the plug. */
export interface TestBench extends AsyncDisposable {
  readonly camera: Camera
  /** From now on the camera sees this. */
  show(what: 0 | 1): Promise<void>
  /** The camera delivers nothing any more, but stays there. */
  stall(): Promise<void>
  /** The camera is gone; in the middle of a picture, where it can be. */
  unplug(): Promise<void>
}

interface BenchOptions {
  readonly deadlineMs?: number
}

/** One row a driver; why it cannot be tried on this machine, or null. */
interface TestBenchRow {
  readonly driver: string
  readonly missing: string | null
  readonly open: (options?: BenchOptions) => Promise<TestBench>
}

const has = (program: string): boolean => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined
const chromium = await findChromium(undefined, '/nowhere').catch(() => null)

export const testBenches: readonly TestBenchRow[] = [
  { driver: 'virtual', missing: null, open: openVirtual },
  { driver: 'http stream', missing: null, open: options => openServed('/video', { driver: 'http', url: '' }, options) },
  {
    driver: 'http snapshot',
    missing: null,
    open: options => openServed('/shot.jpg', { driver: 'http', url: '' }, options),
  },
  { driver: 'folder', missing: null, open: openFolder },
  { driver: 'gphoto2, its program played', missing: null, open: openPlayedGphoto2 },
  {
    driver: 'ffmpeg',
    missing: has('ffmpeg') ? null : 'ffmpeg is not installed',
    open: options => openServed('/video', { driver: 'ffmpeg', input: '', format: 'mpjpeg' }, options),
  },
  {
    driver: 'chromium',
    missing:
      chromium === null
        ? 'no Chromium is installed'
        : existsSync('/proc/self')
          ? null
          : 'its processes cannot be found without /proc',
    open: openChromium,
  },
]

async function openVirtual({ deadlineMs = 15_000 }: BenchOptions = {}): Promise<TestBench> {
  const rig = await openRig({ kind: 'virtual', seed: 1, size: testSize, hurry: 200 })
  const { camera } = await openVirtualCamera(rig.bench, testSize, {
    conditions: () => ({ light: rig.light.preset, pose: rig.stage.pose, calibration: null }),
    deadlineMs,
  })
  rig.place(testCard(), 'white')
  await rig.stage.goTo('inspect')
  return {
    camera,
    show: what => rig.light.set(what === 1 ? 'dome' : 'dark'),
    stall: async () => rig.faults.inject('camera-gone'),
    unplug: async () => rig.faults.inject('camera-gone'),
    async [Symbol.asyncDispose]() {
      await camera.close()
      await rig.dispose()
    },
  }
}

async function openServed(
  path: string,
  like: ConfigOf<typeof cameras>,
  { deadlineMs = 15_000 }: BenchOptions = {},
): Promise<TestBench> {
  const server = new TestCameraServer()
  const url = `${await server.listen()}${path}`
  const { camera } = await cameras.open({
    ...like,
    ...(like.driver === 'http' ? { url } : { input: url }),
    deadlineMs,
  } as ConfigOf<typeof cameras>)
  return {
    camera,
    show: async what => server.show(what),
    stall: async () => server.stall(),
    unplug: async () => server.unplug(),
    async [Symbol.asyncDispose]() {
      await camera.close()
      server.close()
    },
  }
}

async function openFolder({ deadlineMs = 15_000 }: BenchOptions = {}): Promise<TestBench> {
  const root = await mkdtemp(join(tmpdir(), 'assay-folder-camera-'))
  const folder = join(root, 'pictures')
  const sources = join(root, 'sources')
  await Promise.all([folder, sources].map(each => spawnSync('mkdir', [each])))
  // Writes a picture in two goes, as a slow transfer does.
  const script = `f="${folder}/$(date +%s%N).jpg"; head -c 500 "${sources}/now.jpg" > "$f"; sleep 0.05; tail -c +501 "${sources}/now.jpg" >> "$f"`
  const show = async (what: 0 | 1): Promise<void> => writeFile(join(sources, 'now.jpg'), await testPicture(what))
  await show(0)
  const { camera } = await cameras.open({
    driver: 'folder',
    folder,
    trigger: ['sh', '-c', script],
    settleMs: 80,
    mayRepeat: true,
    deadlineMs,
  })
  return {
    camera,
    show,
    stall: async () => writeFile(join(sources, 'now.jpg'), (await testPicture(0)).subarray(0, 600)),
    unplug: () => rename(folder, join(root, 'elsewhere')),
    async [Symbol.asyncDispose]() {
      await camera.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** The driver's own half only: gphoto2 itself needs a camera on USB. */
async function openPlayedGphoto2({ deadlineMs = 15_000 }: BenchOptions = {}): Promise<TestBench> {
  const root = await mkdtemp(join(tmpdir(), 'assay-gphoto2-'))
  const program = join(root, 'gphoto2')
  const script = `#!/bin/sh
case "$*" in
*--auto-detect*) printf 'Model                          Port\\n----------------------------------------------------------\\nCanon EOS 80D                  usb:001,004\\n' ;;
*--version*) echo 'gphoto2 2.5.28' ;;
*--get-config*) printf 'Label: Shutter Speed\\nType: RADIO\\nCurrent: %s\\nChoice: 0 1/125\\nChoice: 1 1/60\\nEND\\n' "$(cat ${root}/shutter)" ;;
*--set-config-value*) echo "$*" | sed 's/.*=//' > ${root}/shutter ;;
*--capture-image*)
  test -f ${root}/stalled && exec sleep 60
  test -f ${root}/now.jpg || { echo '*** Error (-7: I/O problem) ***' >&2; exit 1; }
  cat ${root}/now.jpg ;;
*--capture-movie*) while sleep 0.02; do cat ${root}/now.jpg; done ;;
esac
`
  const show = async (what: 0 | 1): Promise<void> => writeFile(join(root, 'now.jpg'), await testPicture(what))
  await show(0)
  await writeFile(join(root, 'shutter'), '1/125')
  await writeFile(program, script)
  await chmod(program, 0o755)
  const { camera } = await cameras.open({ driver: 'gphoto2', program, mayRepeat: true, deadlineMs })
  return {
    camera,
    show,
    stall: async () => writeFile(join(root, 'stalled'), ''),
    unplug: async () => rm(join(root, 'now.jpg')),
    async [Symbol.asyncDispose]() {
      await camera.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** A Y4M file of one plain colour: BT.601, limited range, 4:2:0. */
function plainY4m(width: number, height: number, luma: number, frames = 2): Buffer {
  const frame = Buffer.concat([
    Buffer.from('FRAME\n'),
    Buffer.alloc(width * height, luma),
    Buffer.alloc((width * height) / 2, 128),
  ])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420mpeg2\n`)
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame)])
}

/** Chromium's fake camera plays a file, which may be written over while it runs. */
async function openChromium({ deadlineMs = 15_000 }: BenchOptions = {}): Promise<TestBench> {
  const root = await mkdtemp(join(tmpdir(), 'assay-chromium-camera-'))
  const path = join(root, 'camera.y4m')
  const { width, height } = testSize
  const video = (what: 0 | 1): Buffer => plainY4m(width, height, what === 1 ? 200 : 50, 4)
  await writeFile(path, video(0))
  const { camera } = await cameras.open({
    driver: 'chromium',
    mayRepeat: true,
    deadlineMs,
    switches: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`],
  })
  const signalAll = async (signal: NodeJS.Signals): Promise<void> => {
    for (const pid of await childrenNaming(path)) process.kill(pid, signal)
  }
  let isStopped = false
  return {
    camera,
    async show(what) {
      const file = await open(path, 'r+')
      await file.write(video(what), 0, undefined, 0)
      await file.close()
    },
    async stall() {
      isStopped = true
      await signalAll('SIGSTOP')
    },
    unplug: () => signalAll('SIGKILL'),
    async [Symbol.asyncDispose]() {
      if (isStopped) await signalAll('SIGCONT')
      await camera.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Processes with this text on their command line; it is a file of our own, so they are ours. */
async function childrenNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
  const named = await Promise.all(
    pids.map(async pid =>
      (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(text) ? [Number(pid)] : [],
    ),
  )
  return named.flat()
}
