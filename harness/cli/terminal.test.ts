import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { create } from 'qrcode'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-terminal-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function assay(...args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [join(root, 'bin/assay.js'), ...args], { cwd: folder })
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error)
  return stdout + stderr
}

describe('a name that would forge a line', () => {
  const forged = 'assay: ok PASS.png'
  const name = `x.png\n${forged}\r\u001b[2Kassay: all well\u202e`

  test.each([
    ['of a picture', ['qr', name]],
    ['of a picture, as JSON', ['qr', name, '--json']],
    ['of a profile', ['product', 'check', name]],
    ['of a lot file', ['lot', 'check', name]],
    ['of a file that is there', ['lot', 'check', 'made']],
    ['of an option', [`--${name}`]],
    ['of a command', [name]],
    ['of a setting', ['config', 'print', '--rig-name', name]],
  ])('%s stays in its line', async (_, args) => {
    if (args.includes('made')) writeFileSync(join(folder, name), '{}')
    const said = await assay(...args.map(arg => (arg === 'made' ? name : arg)))
    expect(said).not.toBe('')
    expect(said.split('\n').filter(line => line.startsWith(forged) || line.startsWith('assay: all'))).toEqual([])
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

test.each([[[]], [['--json']]])('what a QR symbol says stays in its line, too (%j)', async more => {
  const payload = `x\nassay: ok PASS\r\u001b[2K\u001b]0;x\u0007assay: all well\u202e=HYPERLINK("http://x")`
  const symbol = create([{ data: new TextEncoder().encode(payload), mode: 'byte' }], { errorCorrectionLevel: 'M' })
  const { size, data } = symbol.modules
  const raw = Buffer.from([...data].map(dark => (dark ? 0 : 255)))
  const picture = sharp(raw, { raw: { width: size, height: size, channels: 1 } })
    .extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#fff' })
    .resize({ width: (size + 8) * 6, kernel: 'nearest' })
  await picture.png().toFile(join(folder, 'symbol.png'))
  const said = await assay('qr', 'symbol.png', ...more)
  expect(said).toContain('HYPERLINK')
  expect(said.split('\n').filter(line => line.startsWith('assay: ok') || line.startsWith('assay: all'))).toEqual([])
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

test('every line of a command goes through the terminal', () => {
  const writers = globSync('harness/cli/**/*.ts', { cwd: root })
    .filter(file => !/\.(test|testing)\.ts$/.test(file))
    .filter(file =>
      /process\.std(out|err)\.write|console\.(log|error|warn|info)/.test(readFileSync(join(root, file), 'utf8')),
    )
  expect(writers.map(file => relative('harness/cli', file))).toEqual(['terminal.ts'])
})
