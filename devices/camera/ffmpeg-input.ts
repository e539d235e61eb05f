import { RigError } from '../rig-error.ts'
import { passwordIn } from './credentials.ts'

/** What a camera's configuration says of its source. */
interface FfmpegSource {
  readonly input: string
  readonly format?: string
  readonly inputOptions?: readonly string[]
  readonly user?: string
  readonly passwordVariable?: string
  readonly passwordInClear?: boolean
  readonly settings?: { readonly size?: { readonly width: number; readonly height: number } }
}

export interface FfmpegInput {
  /** ffmpeg's arguments up to and with `-i`. */
  readonly args: readonly string[]
  /** Where it is, without user, password and query. */
  readonly address: string
  /** Path of the V4L2 device, if it is one. */
  readonly device: string | null
}

/**
 * What ffmpeg is told of the source.
 *
 * @throws RigError `camera-config`, without the address in it
 */
export function ffmpegInput(config: FfmpegSource, environment: NodeJS.ProcessEnv = process.env): FfmpegInput {
  const { input, inputOptions = [], user, passwordVariable } = config
  const isDevice = /^\/dev\/(video|v4l)/.test(input)
  const format = config.format ?? (isDevice ? 'v4l2' : undefined)
  const device = format === 'v4l2' ? input : null
  const { width, height } = config.settings?.size ?? {}
  const size = device !== null && width !== undefined ? ['-video_size', `${width}x${height}`] : []
  // By UDP each lost packet is a hole in a picture.
  const byTcp = /^rtsps?:/i.test(input) && !inputOptions.includes('-rtsp_transport') ? ['-rtsp_transport', 'tcp'] : []
  const before = [...(format === undefined ? [] : ['-f', format]), ...size, ...byTcp, ...inputOptions]
  // What begins with a dash would be taken for an option.
  if (input === '' || input.startsWith('-'))
    throw new RigError('camera-config', 'the input of the camera is empty or an option.')
  const hasScheme = /^[a-z][a-z0-9+.-]+:\/\//i.test(input)
  if (!hasScheme) return { args: [...before, '-i', input], address: input, device }
  const url = URL.parse(input)
  if (!url)
    throw new RigError('camera-config', 'the input of the camera is no address, such as rtsp://10.0.0.7/stream.')
  const address = `${url.protocol}//${url.host}`
  if (user !== undefined) url.username = user
  const password = passwordIn(environment, passwordVariable)
  if (password !== undefined) {
    // ffmpeg answers whatever it is asked for, Basic too, and follows where it is led.
    if (config.passwordInClear !== true && !/^(https|rtsps|srt):$/.test(url.protocol))
      throw new RigError(
        'camera-config',
        `the password of the camera would cross the network in clear by ${url.protocol}//. Use https or rtsps, or allow it with passwordInClear: true.`,
      )
    url.password = password
  }
  return { args: [...before, '-i', url.href], address, device }
}
