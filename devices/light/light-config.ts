import type { OpenedDevice } from '../opened-device.ts'
import type { OpenOptions } from '../stage/stage-config.ts'
import type { SerialPortConfig } from '../wire/serial-port.ts'
import { openGrblLight } from './grbl-light.ts'
import type { Light, LightPreset, LitPreset } from './light.ts'
import { openWledHttp, openWledSerial } from './wled/open-wled.ts'

/** The outputs of a GRBL controller for one preset. How lamps are wired to them is the rig's own affair. */
export interface LampOutputs {
  /** Spindle PWM: 0 off … 1 full. */
  readonly power: number
  /** M8. */
  readonly flood: boolean
  /** M7; the firmware must be built with it. */
  readonly mist: boolean
}

/** Lamps on the spindle and coolant outputs of a GRBL controller. */
export interface GrblLightConfig extends SerialPortConfig {
  readonly driver: 'grbl'
  /** Presets that the rig has; `dark` is always everything off. Without it: lamps behind a two-to-four decoder. */
  readonly lamps?: Readonly<Partial<Record<LitPreset, LampOutputs>>>
  /** The S word of full power; the controller's own `$30` unless told. */
  readonly fullSpeed?: number
}

/** One WLED segment of a preset; a segment that a preset does not name is off. */
export interface WledSegment {
  /** The segment's id on the WLED board. */
  readonly id: number
  /** 0 … 1 of the segment's full brightness. */
  readonly power: number
  /** Red, green, blue, and white where the strip has it: 0 … 255. White (255, 255, 255) unless told. */
  readonly colour?: readonly number[]
}

export type WledPresets = Readonly<Partial<Record<LitPreset, readonly WledSegment[]>>>

export interface WledConfig {
  /** Segments that each preset lights; `dark` is always everything off. */
  readonly presets: WledPresets
  /** From the board's answer to steady light, ms. 60 unless told. */
  readonly settleMs?: number
}

/** A WLED board on a serial port (USB). */
export interface WledSerialLightConfig extends SerialPortConfig, WledConfig {
  readonly driver: 'wled-serial'
  /** False where the board's TX pin drives LEDs, so that it can never answer. True unless told. */
  readonly answers?: boolean
}

/** A WLED board on the network. */
export interface WledHttpLightConfig extends WledConfig {
  readonly driver: 'wled-http'
  /** e.g. `http://10.0.0.7`. */
  readonly url: string
}

/** What a rig's configuration says of its light. */
export type LightConfig = GrblLightConfig | WledSerialLightConfig | WledHttpLightConfig

export interface OpenedLight extends OpenedDevice {
  readonly light: Light
  /** Presets that the configuration gives, `dark` included. */
  readonly presets: readonly LightPreset[]
}

/**
 * Connects the light that a configuration describes, every lamp off.
 *
 * @throws RigError which says what is missing or what else answers there
 */
export async function openLight(config: LightConfig, options: OpenOptions = {}): Promise<OpenedLight> {
  switch (config.driver) {
    case 'grbl':
      return await openGrblLight(config, options)
    case 'wled-serial':
      return await openWledSerial(config, options)
    case 'wled-http':
      return await openWledHttp(config, options)
  }
}
