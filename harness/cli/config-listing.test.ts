import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const assay = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-listing-')))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'assay.config.json'), '{"station":"opened","rig":{"seed":1}}')

async function print(...args: readonly string[]) {
  const env = { PATH: process.env['PATH'], ASSAY_RIG_SEED: '11' }
  return await promisify(execFile)(process.execPath, [assay, 'config', 'print', ...args], { cwd: folder, env })
}

test('shows each value and who gave it', async () => {
  const { stdout } = await print('--workers', '3')
  expect(stdout).toMatch(/^product +assay-reference +default$/m)
  expect(stdout).toMatch(/^station +opened +file$/m)
  expect(stdout).toMatch(/^rig\.seed +11 +environment \(ASSAY_RIG_SEED\)$/m)
  expect(stdout).toMatch(/^workers +3 +flag$/m)
  expect(stdout).toContain(`file: ${join(folder, 'assay.config.json')}`)
})

test('--json is one document on stdout', async () => {
  const { stdout, stderr } = await print('--json', '--rig-name', 'bench-9')
  expect(stderr).toMatch(/^assay: settings of .*assay\.config\.json \(sha256 [0-9a-f]{16}…\)\.\n$/)
  expect(JSON.parse(stdout)).toMatchObject({
    file: join(folder, 'assay.config.json'),
    settings: {
      station: { value: 'opened', source: 'file' },
      'rig.seed': { value: 11, source: 'environment' },
      'rig.name': { value: 'bench-9', source: 'flag' },
      runs: { value: join(folder, 'runs'), source: 'default' },
    },
  })
})
