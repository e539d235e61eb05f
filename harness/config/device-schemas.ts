import { z } from 'zod'
import type {
  CameraConfig,
  ChromiumCameraConfig,
  FfmpegCameraConfig,
  FolderCameraConfig,
  Gphoto2CameraConfig,
  HttpCameraConfig,
} from '../../devices/camera/camera-config.ts'
import type {
  GrblLightConfig,
  LightConfig,
  WledHttpLightConfig,
  WledSerialLightConfig,
} from '../../devices/light/light-config.ts'
import type { ScannerConfig } from '../../devices/scanner/scanner-config.ts'
import type { StageConfig } from '../../devices/stage/stage-config.ts'

const text = z.string().min(1)
const ms = z.number().positive().max(600_000)
const variableName = z.string().regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable')

/** An address of the network. A user and a password in it would be shown wherever the address is. */
const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]/i, 'an address that begins with http:// or https://')
  .refine(isWithoutCredentials, 'leave user and password out of the address and give user and passwordVariable instead')

const size = z.strictObject({ width: z.int().min(1).max(100_000), height: z.int().min(1).max(100_000) })

const everyCamera = {
  name: text.max(80).exactOptional(),
  settings: z
    .strictObject({
      exposureMs: ms.exactOptional(),
      focusMm: z.number().positive().exactOptional(),
      whiteBalanceK: z.number().min(1000).max(20_000).exactOptional(),
      size: size.exactOptional(),
    })
    .exactOptional(),
  deadlineMs: ms.exactOptional(),
  mayRepeat: z.boolean().exactOptional(),
}
const credentials = { user: text.exactOptional(), passwordVariable: variableName.exactOptional() }
const skipFrames = z.int().min(0).max(100).exactOptional()
const httpControl = z.strictObject({ url: text, perUnit: z.number().exactOptional() })

const httpCamera = z.strictObject({
  driver: z.literal('http'),
  url,
  ...credentials,
  setUp: z.array(text).readonly().exactOptional(),
  controls: z
    .strictObject({
      exposureMs: httpControl.exactOptional(),
      focusMm: httpControl.exactOptional(),
      whiteBalanceK: httpControl.exactOptional(),
    })
    .exactOptional(),
  skipFrames,
  latencyMs: z.number().min(0).max(60_000).exactOptional(),
  certificateFile: text.exactOptional(),
  maxBytes: z.int().min(1024).max(1_073_741_824).exactOptional(),
  ...everyCamera,
})

const chromiumCamera = z.strictObject({
  driver: z.literal('chromium'),
  device: text.exactOptional(),
  browser: text.exactOptional(),
  take: z.enum(['photo', 'frame']).exactOptional(),
  skipFrames,
  switches: z.array(text).readonly().exactOptional(),
  ...everyCamera,
})

const ffmpegCamera = z.strictObject({
  driver: z.literal('ffmpeg'),
  input: text.refine(
    isWithoutCredentials,
    'leave user and password out of the address and give user and passwordVariable instead',
  ),
  format: text.exactOptional(),
  inputOptions: z.array(text).readonly().exactOptional(),
  controls: z.record(text, z.number()).exactOptional(),
  ...credentials,
  skipFrames,
  program: text.exactOptional(),
  ...everyCamera,
})

const gphoto2Camera = z.strictObject({
  driver: z.literal('gphoto2'),
  port: text.exactOptional(),
  model: text.exactOptional(),
  values: z.record(text, z.string()).exactOptional(),
  program: text.exactOptional(),
  ...everyCamera,
})

const folderCamera = z.strictObject({
  driver: z.literal('folder'),
  folder: text,
  trigger: z.array(text).min(1).readonly().exactOptional(),
  settleMs: ms.exactOptional(),
  afterwards: z.enum(['keep', 'delete']).exactOptional(),
  ...everyCamera,
})

/** `camera` of a rig. */
export const cameraSchema = z.discriminatedUnion('driver', [
  httpCamera,
  chromiumCamera,
  ffmpegCamera,
  gphoto2Camera,
  folderCamera,
])

const serialPort = { port: text, baudRate: z.int().min(300).max(12_000_000).exactOptional() }

const coordinate = z.number().min(-100_000).max(100_000)
const position = z.strictObject({ xMm: coordinate, yMm: coordinate, zMm: coordinate })

/** `stage` of a rig. */
export const stageSchema = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: z.literal('grbl'),
    ...serialPort,
    poses: z.record(text, position),
    moveDeadlineMs: ms.exactOptional(),
    homeDeadlineMs: ms.exactOptional(),
  }),
])

const litPresets = ['dome', 'ring', 'left', 'right'] as const
const outputs = z.strictObject({ power: z.number().min(0).max(1), flood: z.boolean(), mist: z.boolean() })
const segment = z.strictObject({
  id: z.int().min(0).max(255),
  power: z.number().min(0).max(1),
  colour: z.array(z.int().min(0).max(255)).min(3).max(4).readonly().exactOptional(),
})
const wled = {
  presets: z.partialRecord(z.enum(litPresets), z.array(segment).min(1).readonly()),
  settleMs: z.number().min(0).max(60_000).exactOptional(),
}

const grblLight = z.strictObject({
  driver: z.literal('grbl'),
  ...serialPort,
  lamps: z.partialRecord(z.enum(litPresets), outputs).exactOptional(),
  fullSpeed: z.number().positive().max(1_000_000).exactOptional(),
})
const wledSerialLight = z.strictObject({
  driver: z.literal('wled-serial'),
  ...serialPort,
  ...wled,
  answers: z.boolean().exactOptional(),
})
const wledHttpLight = z.strictObject({ driver: z.literal('wled-http'), url, ...wled })

/** `light` of a rig. */
export const lightSchema = z.discriminatedUnion('driver', [grblLight, wledSerialLight, wledHttpLight])

/** `scanner` of a rig. */
export const scannerSchema = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: z.literal('serial'),
    ...serialPort,
    prefix: z.string().exactOptional(),
    suffix: z.string().min(1).exactOptional(),
    idleMs: ms.exactOptional(),
    trigger: z.strictObject({ on: text, off: text.exactOptional() }).exactOptional(),
    secret: z.enum(['keys', 'all']).exactOptional(),
  }),
])

/** Neither `user:password@` nor `user@`. */
function isWithoutCredentials(address: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(address)
}

/**
 * Holds when schema and driver know the same options, all of them: what one side gained or lost does not compile. Values
 * are compared both ways, keys too, since an option that only one side has is assignable to its absence.
 */
type Agrees<Parsed, Driver> = [Parsed] extends [Driver]
  ? [Driver] extends [Parsed]
    ? [keyof Parsed] extends [keyof Driver]
      ? [keyof Driver] extends [keyof Parsed]
        ? true
        : { missingInSchema: Exclude<keyof Driver, keyof Parsed> }
      : { unknownToDriver: Exclude<keyof Parsed, keyof Driver> }
    : { schemaIsNarrower: Parsed }
  : { schemaIsWider: Parsed }

type Row<Schema extends z.ZodType, Driver> = Agrees<z.infer<Schema>, Driver>
const agreed: readonly [
  Row<typeof httpCamera, HttpCameraConfig>,
  Row<typeof chromiumCamera, ChromiumCameraConfig>,
  Row<typeof ffmpegCamera, FfmpegCameraConfig>,
  Row<typeof gphoto2Camera, Gphoto2CameraConfig>,
  Row<typeof folderCamera, FolderCameraConfig>,
  Row<typeof cameraSchema, CameraConfig>,
  Row<typeof stageSchema, StageConfig>,
  Row<typeof grblLight, GrblLightConfig>,
  Row<typeof wledSerialLight, WledSerialLightConfig>,
  Row<typeof wledHttpLight, WledHttpLightConfig>,
  Row<typeof lightSchema, LightConfig>,
  Row<typeof scannerSchema, ScannerConfig>,
] = [true, true, true, true, true, true, true, true, true, true, true, true]
void agreed
