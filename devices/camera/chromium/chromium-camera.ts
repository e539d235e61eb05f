import type { Browser, Page } from 'playwright'
import { z } from 'zod'
import { untilAborted } from '../../../harness/core/until-aborted.ts'
import type { Driver } from '../../driver.ts'
import { text } from '../../options.ts'
import { RigError } from '../../rig-error.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  everyCamera,
  type OpenCameraOptions,
  type OpenedCamera,
  type SettingsReadBack,
  skipFrames,
} from '../camera.ts'
import type { CameraDriver, TakenPicture } from '../driven-camera.ts'
import { keepCamera } from '../keep-camera.ts'
import { findChromium } from './find-chromium.ts'
import { installPageCamera, type PageCamera, type PageRefusal, type PageTrack } from './page-camera.ts'
import { assertKept, capabilitiesOf, constraintsFor, readBack } from './track-settings.ts'

const schema = z.strictObject({
  driver: z.literal('chromium'),
  /** Part of the device's label, e.g. `HD Pro Webcam`, or its `vvvv:pppp` USB id. Default: the only camera. */
  device: text.exactOptional(),
  /** Chromium's executable. Default: `$ASSAY_CHROMIUM`, the system's or Playwright's own. */
  browser: text.exactOptional(),
  /** How a picture is taken: the camera's own still (`photo`), or a frame of its video (`frame`). Default: `photo`. */
  take: z.enum(['photo', 'frame']).exactOptional(),
  skipFrames,
  /** More command-line switches for Chromium. */
  switches: z.array(text).readonly().exactOptional(),
  ...everyCamera,
})
type ChromiumCameraConfig = z.infer<typeof schema>

/** A secure context, as cameras need one, without a server and without a network. */
const pageUrl = 'https://camera.invalid/'
const previewWidth = 1280

const switches = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/**
 * Any camera that a browser can open (UVC, built-in, virtual), through Chromium. Opening throws `camera-program`,
 * `camera-missing`, `camera-access`, `camera-busy`, `camera-settings`.
 */
export const chromiumCamera: Driver<typeof schema, OpenCameraOptions, OpenedCamera> = {
  schema,
  wireless: true,
  address: ({ device = '' }) => `chromium camera ${device}`.trim(),
  open: async (config, options) =>
    await keepCamera(config, options, async signal => {
      const browser = await launch(config)
      try {
        return await untilAborted(connect(browser, config), signal)
      } catch (error) {
        await browser.close().catch(() => {})
        throw error
      }
    }),
}

async function launch(config: ChromiumCameraConfig): Promise<Browser> {
  // Only whoever has such a camera pays for loading Playwright.
  const { chromium } = await import('playwright')
  const executablePath = await findChromium(config.browser, chromium.executablePath())
  try {
    return await chromium.launch({
      executablePath,
      args: [...switches, ...(config.switches ?? [])],
      // The rig's own handlers turn the lamps off first; Playwright's would end the process before.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
  } catch (cause) {
    throw new RigError(
      'camera-program',
      `${executablePath} does not start as a browser. Correct browser, or leave it out.`,
      {
        cause,
      },
    )
  }
}

async function connect(
  browser: Browser,
  config: ChromiumCameraConfig,
): Promise<{ driver: ChromiumCamera; identity: OpenedCamera['identity'] }> {
  const context = await browser.newContext({ permissions: ['camera'] })
  const page = await context.newPage()
  await page.route('**/*', route =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Camera</title>' }),
  )
  await page.goto(pageUrl)
  await page.evaluate(`(${installPageCamera.toString()})()`)
  const { size } = config.settings ?? {}
  const asked = { device: config.device ?? null, width: size?.width ?? null, height: size?.height ?? null }
  const track = await ask(page, 'open', asked, `camera ${config.name ?? config.device ?? 'chromium'}`)
  const driver = new ChromiumCamera(config, browser, page, track)
  return {
    driver,
    identity: { driver: 'chromium', address: track.label, firmware: `Chromium ${browser.version()}`, warnings: [] },
  }
}

class ChromiumCamera implements CameraDriver {
  readonly name: string
  readonly capabilities: CameraCapabilities
  readonly #config: ChromiumCameraConfig
  readonly #browser: Browser
  readonly #page: Page
  #applied = ''
  #settings: Omit<SettingsReadBack, 'size'>
  #size: string

  constructor(config: ChromiumCameraConfig, browser: Browser, page: Page, track: PageTrack) {
    this.name = `chromium ${track.label}`
    this.capabilities = capabilitiesOf(track)
    this.#config = config
    this.#browser = browser
    this.#page = page
    this.#settings = readBack(track.settings)
    this.#size = JSON.stringify(config.settings?.size ?? null)
  }

  async take(settings: CameraSettings, signal: AbortSignal): Promise<TakenPicture> {
    return await untilAborted(this.#take(settings), signal)
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    while (!signal.aborted) yield fromBase64(await untilAborted(this.#ask('peek', previewWidth), signal))
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }

  async #take(settings: CameraSettings): Promise<TakenPicture> {
    const { take = 'photo', skipFrames = 2 } = this.#config
    const isNew = await this.#apply(settings)
    const picture = await this.#ask('shoot', { take, skipFrames: isNew ? skipFrames + framesToSettle : skipFrames })
    return { bytes: fromBase64(picture), settings: this.#settings }
  }

  /** @returns whether the camera was told anything new */
  async #apply(settings: CameraSettings): Promise<boolean> {
    const size = JSON.stringify(settings.size ?? null)
    if (size !== this.#size) {
      throw new RigError(
        'camera-settings',
        `camera ${this.name} has one size while it is open: give size in its settings.`,
      )
    }
    const constraints = constraintsFor(settings)
    const key = JSON.stringify(constraints)
    if (key === this.#applied) return false
    const now = await this.#ask('set', constraints)
    assertKept(settings, now, this.capabilities, this.name)
    this.#settings = readBack(now)
    this.#applied = key
    return true
  }

  #ask<Name extends keyof PageCamera>(name: Name, argument: Parameters<PageCamera[Name]>[0]): Answer<Name> {
    return ask(this.#page, name, argument, `camera ${this.name}`)
  }
}

/** Frames that a sensor has under way with the settings of before. */
const framesToSettle = 3

type Answer<Name extends keyof PageCamera> = Promise<Awaited<ReturnType<PageCamera[Name]>>>

async function ask<Name extends keyof PageCamera>(
  page: Page,
  name: Name,
  argument: Parameters<PageCamera[Name]>[0],
  camera: string,
): Answer<Name> {
  try {
    return (await page.evaluate(
      ([method, value]) => {
        const { assayCamera } = globalThis as unknown as { assayCamera: Record<string, (value: unknown) => unknown> }
        return assayCamera[method as string]!(value)
      },
      [name, argument] as const,
    )) as Awaited<Answer<Name>>
  } catch (error) {
    throw explain(error, camera)
  }
}

function explain(cause: unknown, camera: string): RigError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const refusal = /refused (\{.*\})/.exec(message)?.[1]
  if (refusal !== undefined) {
    const { refused, labels } = JSON.parse(refusal) as PageRefusal
    const [code, sentence] = refusals[refused] ?? ['camera-gone', `cannot be opened (${refused}). Unplug it once`]
    const seen = labels.length === 0 ? '' : ` Cameras here: ${labels.join('; ')}.`
    return new RigError(code, `${camera} ${sentence}.${seen}`, { cause })
  }
  if (/OverconstrainedError|InvalidState.*constraint/i.test(message)) {
    return new RigError('camera-settings', `${camera} does not take these settings.`, { cause })
  }
  const why = /camera-ended/.test(message) ? 'is gone' : 'or its browser is gone'
  return new RigError('camera-gone', `${camera} ${why}. Check its cable and that no other program uses it.`, { cause })
}

const refusals: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  none: ['camera-missing', 'is not there: the browser sees no camera at all. Check its cable'],
  'no such': ['camera-missing', 'is not among the cameras of this machine. Correct device, or check its cable'],
  several: ['camera-missing', 'could be one of several. Name one by device'],
  NotAllowedError: ['camera-access', 'may not be used. Give your user access to it (on Debian: group video)'],
  NotReadableError: ['camera-busy', 'cannot be read. End the other program that uses it'],
  NotFoundError: ['camera-missing', 'is not there. Check its cable'],
  OverconstrainedError: ['camera-settings', 'has no such picture size. Leave size out'],
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
