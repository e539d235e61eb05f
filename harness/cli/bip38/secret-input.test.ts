import { spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { promptSecret, SecretInput, type Terminal } from './secret-input.ts'

function terminal() {
  const keys = new EventEmitter()
  const modes: boolean[] = []
  const fake = Object.assign(keys, {
    setRawMode: (mode: boolean) => modes.push(mode),
    resume: () => {},
    pause: () => {},
  }) as unknown as Terminal
  return { fake, modes, type: (text: string) => keys.emit('data', Buffer.from(text)) }
}

const never = new AbortController().signal

test('a prompt shows nothing of what is typed, and leaves the terminal as it was', async () => {
  const { fake, modes, type } = terminal()
  const shown: string[] = []
  const asked = promptSecret('passphrase: ', fake, never, text => shown.push(text))
  type('MOLO')
  type('N LABE\r')
  expect(Buffer.from(await asked).toString()).toBe('MOLON LABE')
  expect(shown.join('')).toBe('passphrase: \n')
  expect(modes).toEqual([true, false])
})

test('backspace takes a whole character away, and none where there is none', async () => {
  const { fake, type } = terminal()
  const asked = promptSecret('', fake, never, () => {})
  type('\u007faé💩\u007f\u007fb\u0008c\n')
  expect(Buffer.from(await asked).toString()).toBe('ac')
})

test('an interruption ends the prompt and gives the terminal back', async () => {
  const { fake, modes } = terminal()
  const controller = new AbortController()
  const asked = promptSecret('', fake, controller.signal, () => {})
  controller.abort(new Error('interrupted'))
  await expect(asked).rejects.toThrow('interrupted')
  expect(modes).toEqual([true, false])
})

test('takes a passphrase from a file that an editor wrote with a byte order mark, or as UTF-16', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-secret-'))
  try {
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
    for (const end of ['', '\n', '\r\n']) {
      const text = `Пароль-A1${end}`
      for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16(text), utf16(text).swap16()]) {
        const file = join(folder, 'passphrase')
        writeFileSync(file, bytes)
        const read = await new SecretInput().read('passphrase', openSync(file, 'r'), new AbortController().signal)
        expect(new TextDecoder().decode(read)).toBe('Пароль-A1')
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a descriptor that nobody handed over is said, and none of the process’s own is touched', () => {
  const command = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')
  for (const number of ['3', '6', '9', '900']) {
    const args = [command, 'bip38', 'decrypt', '--reveal-secrets', '--epk-fd', number]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', input: '', timeout: 30_000 })
    expect([number, status, stderr]).toEqual([
      number,
      2,
      expect.stringMatching(/Nothing was handed over as file descriptor/),
    ])
  }
})

test('a line that comes late on descriptor 0 is waited for', async () => {
  const module = JSON.stringify(new URL('./secret-input.ts', import.meta.url).href)
  // As any command does before it asks: from then on nobody reads it waiting.
  const program = `process.stdin.isTTY
    const { SecretInput } = await import(${module})
    console.error('asked')
    const line = await new SecretInput().read('passphrase', 0, AbortSignal.timeout(20_000))
    console.log(line.length)`
  const child = spawn('sh', ['-c', 'cat | "$0" --input-type=module --eval "$1"', process.execPath, program])
  const [told, said] = [text(child.stdout), once(child.stderr, 'data')]
  await said
  await setTimeout(300)
  child.stdin.end('abcd\n')
  expect(await told).toBe('4\n')
})
