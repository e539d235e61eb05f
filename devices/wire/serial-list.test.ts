import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { listSerialPorts } from './serial-list.ts'

let root = ''
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('lists the ports of a machine without udev: by their lasting names, with what they say of themselves', async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-ports-')))
  const usb = join(root, 'sys/devices/usb1/1-2')
  for (const folder of [`${usb}/1-2:1.0/ttyUSB0`, `${root}/dev/serial/by-id`, `${root}/sys/class/tty/ttyUSB0`]) {
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(join(usb, 'manufacturer'), '1a86\n')
  writeFileSync(join(usb, 'product'), 'USB Serial\n')
  symlinkSync(join(usb, '1-2:1.0/ttyUSB0'), join(root, 'sys/class/tty/ttyUSB0/device'))
  for (const name of ['ttyUSB10', 'ttyUSB0', 'ttyACM1', 'tty1', 'ttyS0', 'ttyS1', 'null'])
    writeFileSync(join(root, 'dev', name), '')
  symlinkSync('../../ttyUSB0', join(root, 'dev/serial/by-id/usb-1a86_USB_Serial-if00-port0'))
  for (const [name, type] of [
    ['ttyS0', '4'],
    ['ttyS1', '0'],
  ] as const) {
    mkdirSync(join(root, 'sys/class/tty', name), { recursive: true })
    writeFileSync(join(root, 'sys/class/tty', name, 'type'), `${type}\n`)
  }
  const found = await listSerialPorts(root, 'linux')
  expect(found.map(({ device }) => device.slice(root.length))).toEqual([
    '/dev/ttyACM1',
    '/dev/ttyS0',
    '/dev/ttyUSB0',
    '/dev/ttyUSB10',
  ])
  expect(found[2]).toMatchObject({
    port: join(root, 'dev/serial/by-id/usb-1a86_USB_Serial-if00-port0'),
    description: '1a86 USB Serial',
  })
})

test('a machine without any port has none, and no error', async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-ports-'))
  expect(await listSerialPorts(root, 'linux')).toEqual([])
})
