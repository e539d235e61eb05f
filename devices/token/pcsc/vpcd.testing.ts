import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { yubiKeyAtr } from '../piv/virtual-card.testing.ts'

/*
 * A virtual card in a real pcscd, through vsmartcard's reader driver (vpcd): what is between Assay and a card is then what is there on a
 * bench, but for the USB cable.
 */

const driverFile = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
const pcscd = '/usr/sbin/pcscd'
const socket = '/run/pcscd/pcscd.comm'
const port = 35963

/** Are pcscd and vpcd installed, and may this process start a pcscd of its own? */
export const hasVpcd = existsSync(driverFile) && existsSync(pcscd) && process.getuid?.() === 0 && !existsSync(socket)

interface Inserted {
  transmit(apdu: Uint8Array): Uint8Array
  reset(): void
}

/** Starts pcscd with the card in its reader. */
export async function insertedInPcscd(card: Inserted): Promise<AsyncDisposable & { readonly socket: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-vpcd-'))
  const config = join(folder, 'reader.conf')
  writeFileSync(
    config,
    `FRIENDLYNAME "Yubico YubiKey Virtual"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH ${driverFile}\nCHANNELID 0x8C7B\n`,
  )
  const daemon = spawn(pcscd, ['--foreground', '--config', config], { stdio: 'ignore' })
  const inserted = await insert(card, daemon)
  return {
    socket,
    [Symbol.asyncDispose]: async () => {
      inserted.destroy()
      daemon.kill('SIGTERM')
      await new Promise(resolve => (daemon.exitCode === null ? daemon.once('exit', resolve) : resolve(null)))
      for (const left of [socket, '/run/pcscd/pcscd.pid', folder]) rmSync(left, { recursive: true, force: true })
    },
  }
}

/** vpcd's frames: a length of two bytes, then a control byte (off, on, reset, ATR) or an APDU. */
async function insert(card: Inserted, daemon: ChildProcess) {
  for (let tries = 0; ; tries++) {
    const connection = createConnection(port, '127.0.0.1')
    const isThere = await new Promise<boolean>(resolve => {
      connection.once('connect', () => resolve(true))
      connection.once('error', () => resolve(false))
    })
    if (!isThere) {
      if (tries > 100 || daemon.exitCode !== null) throw new Error('vpcd does not listen')
      await pause(100)
      continue
    }
    let received = Buffer.alloc(0)
    const frame = (bytes: Uint8Array) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      connection.write(Buffer.concat([length, bytes]))
    }
    connection.on('error', () => {})
    connection.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const body = received.subarray(2, 2 + received.readUInt16BE())
        received = received.subarray(2 + body.length)
        if (body.length > 1) frame(card.transmit(body))
        else if (body[0] === 4) frame(yubiKeyAtr)
        else card.reset()
      }
    })
    // pcscd looks into the reader once a while.
    await pause(1500)
    return connection
  }
}
