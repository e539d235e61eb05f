import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** A serial port of this machine. */
interface SerialPortInfo {
  /** What to write in the configuration: the name that stays the same when the device is plugged in elsewhere, if there is one. */
  readonly port: string
  /** e.g. `/dev/ttyUSB0` */
  readonly device: string
  /** What the device says of itself, e.g. `1a86 USB Serial`; empty where it says nothing. */
  readonly description: string
}

const nameShapes = [/^ttyUSB\d+$/, /^ttyACM\d+$/, /^ttyAMA\d+$/, /^rfcomm\d+$/, /^ttyS\d+$/]

/**
 * The serial ports of this machine. On Linux they are looked for in the file system: serialport's own list starts
 * udevadm, and where that is missing (containers) its error ends the process.
 *
 * @param root where `/dev` and `/sys` lie, for tests
 */
export async function listSerialPorts(root = '/', platform: string = process.platform): Promise<SerialPortInfo[]> {
  if (platform === 'linux') return listLinux(root)
  const { SerialPort } = await import('serialport')
  const found = await SerialPort.list()
  return found.map(({ path, manufacturer }) => ({ port: path, device: path, description: manufacturer ?? '' }))
}

function listLinux(root: string): SerialPortInfo[] {
  const lasting = new Map<string, string>()
  const byId = join(root, 'dev/serial/by-id')
  for (const name of entries(byId)) {
    const device = resolved(join(byId, name))
    if (device) lasting.set(device, join(byId, name))
  }
  return entries(join(root, 'dev'))
    .filter(name => nameShapes.some(shape => shape.test(name)) && isReal(root, name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(name => {
      const device = join(root, 'dev', name)
      return { port: lasting.get(resolved(device) ?? device) ?? device, device, description: describe(root, name) }
    })
}

/** The kernel makes names for 8250 ports that no machine has; their type is 0. */
function isReal(root: string, name: string): boolean {
  return !name.startsWith('ttyS') || !['', '0'].includes(read(join(root, 'sys/class/tty', name, 'type')))
}

function describe(root: string, name: string): string {
  const interfaceFolder = resolved(join(root, 'sys/class/tty', name, 'device'))
  if (!interfaceFolder) return ''
  // The names stand at the USB device, one or two folders above its interface.
  for (const folder of [join(interfaceFolder, '..'), join(interfaceFolder, '../..')]) {
    const said = [read(join(folder, 'manufacturer')), read(join(folder, 'product'))].filter(text => text !== '')
    if (said.length > 0) return said.join(' ')
  }
  return ''
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
