import { z } from 'zod'
import type { GrblControllers } from './grbl/controllers.ts'
import type { SendHttp } from './wire/http.ts'
import type { SerialPorts } from './wire/serial-port.ts'

/** What a driver's configuration may say; `driver` is its name. */
type DriverSchema = z.ZodObject<{ driver: z.ZodLiteral<string> }>

/**
 * One way to drive one kind of device. All that is known of it stands in its own file; a row in the table of its kind
 * makes it known to configuration, leases, lists and rigs.
 */
export interface Driver<Schema extends DriverSchema, Given, Opened> {
  readonly schema: Schema
  /** Options that name a file or a folder: relative ones are meant from where the configuration lies. */
  readonly files?: readonly (keyof z.infer<Schema> & string)[]
  /** A program or a browser of its own speaks to the device, so no capture of a session holds what was said. */
  readonly wireless?: true
  /** Where the device is, without credentials: what its lease is taken of. */
  address(config: z.infer<Schema>): string
  /** @throws RigError which says what is missing or what else answers there; nothing stays open */
  open(config: z.infer<Schema>, given: Given): Promise<Opened>
}

/** What opening a stage, a light or a scanner may be given besides its configuration. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** Share one between the stage and the light of a rig, or they cannot be on one port. */
  readonly controllers?: GrblControllers | undefined
  /** Where serial ports come from. Default: the operating system. */
  readonly ports?: SerialPorts | undefined
  /** How HTTP is sent. Default: over the network. */
  readonly http?: SendHttp | undefined
  /** Time between two questions to a device that is waited for, ms. Default: the driver's own. */
  readonly pollMs?: number | undefined
}

/** The drivers of one kind of device, found by the name that a configuration calls. */
export interface DriverTable<Config extends { readonly driver: string }, Given, Opened> {
  /** Any driver's configuration. */
  readonly schema: z.ZodType<Config, Config>
  readonly address: (config: Config) => string
  readonly isWireless: (config: Config) => boolean
  /** The configuration with every file's path made absolute by `at`. */
  readonly withFiles: (config: Config, at: (path: string) => string) => Config
  /** @throws RigError as {@link Driver.open} */
  readonly open: (config: Config, given?: Given) => Promise<Opened>
}

/** A driver whatever it drives and however it is configured. */
type AnyDriver = Driver<DriverSchema, never, unknown>

/** @param drivers in the order in which a person is told of them */
export function driverTable<const Drivers extends readonly AnyDriver[]>(drivers: Drivers) {
  type Config = z.infer<Drivers[number]['schema']>
  type Given = Parameters<Drivers[number]['open']>[1]
  type Opened = Awaited<ReturnType<Drivers[number]['open']>>
  const of = ({ driver }: Config): AnyDriver => drivers.find(({ schema }) => schema.shape.driver.value === driver)!
  const schemas = drivers.map(({ schema }) => schema) as unknown as readonly [DriverSchema]
  const table: DriverTable<Config, Given, Opened> = {
    schema: z.discriminatedUnion('driver', schemas) as unknown as z.ZodType<Config, Config>,
    address: config => of(config).address(config),
    isWireless: config => of(config).wireless ?? false,
    withFiles: (config, at) => {
      const options: Readonly<Record<string, unknown>> = config
      const paths = (of(config).files ?? []).flatMap((name: string) => {
        const path = options[name]
        return typeof path === 'string' ? [[name, at(path)]] : []
      })
      return { ...config, ...Object.fromEntries(paths) }
    },
    open: (config, given) => of(config).open(config, (given ?? {}) as never) as Promise<Opened>,
  }
  return table
}
