// @module-tag long
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(join(root, 'docs/add-a-driver.md'), 'utf8')
const [driver = '', row = ''] = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '')

let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'assay-driver-'))
  const folders = ['bin', 'devices', 'harness', 'reports', 'fixtures', 'scenarios']
  const files = ['package.json', 'tsconfig.json', 'playwright.config.ts', 'vitest.config.ts']
  for (const part of [...folders, ...files]) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  mkdirSync(join(copy, 'runs'))
  // As docs/add-a-driver.md says: one file, and one row.
  writeFileSync(join(copy, 'devices/camera/command-camera.ts'), driver)
  const table = join(copy, 'devices/camera/cameras.ts')
  const [imported = '', list = ''] = row.split(/\n\n/)
  const before = readFileSync(table, 'utf8')
  const after = `${imported}\n${before.replace(/^export const cameras = .*$/m, list.trim())}`
  expect(after.length).toBeGreaterThan(before.length)
  writeFileSync(table, after)
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** What `assay rig` says in the copy, one answer a run, with a rig whose camera is configured so. */
function assayRig(...runs: readonly (readonly [camera: object, ...argv: string[]])[]): string[] {
  const program = `
    import { writeFileSync } from 'node:fs'
    import { main } from './harness/cli/main.ts'
    process.chdir('runs')
    const answers = []
    const write = process.stdout.write.bind(process.stdout)
    for (const [camera, ...argv] of ${JSON.stringify(runs)}) {
      const rigs = { bench: { kind: 'real', camera: { driver: 'command', ...camera } } }
      writeFileSync('assay.config.json', JSON.stringify({ rig: { name: 'bench' }, rigs }))
      let said = ''
      process.stdout.write = chunk => { said += chunk; return true }
      await main(['rig', ...argv], new AbortController(), line => { said += line })
      answers.push(said)
    }
    write(JSON.stringify(answers))
  `
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: copy,
      env: { ...process.env, ASSAY_LEASES: join(copy, 'runs/leases') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
}

describe('a driver that was added as the guide says', { timeout: 120_000 }, () => {
  test.skipIf(process.platform === 'win32')(
    'is listed, leased and opened, its pictures are photographs, and errors of the configuration know it',
    () => {
      const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='
      writeFileSync(join(copy, 'runs/picture.png'), Buffer.from(png, 'base64'))
      const [listed, shot, failed, misspelt, unknown] = assayRig(
        [{ program: 'cat', args: ['picture.png'] }, 'list'],
        [{ program: 'cat', args: ['picture.png'], name: 'top' }, 'shoot', '--out', 'shots', '--json'],
        [{ program: 'false' }, 'shoot', '--out', 'none'],
        [{ programm: 'cat' }, 'list'],
        [{ driver: 'comand', program: 'cat' }, 'list'],
      )
      expect(listed).toContain('camera   command at camera of cat')
      expect(shot).toContain('"camera": "top"')
      expect(failed).toContain('false ended with code 1 instead of a picture. Try it by hand.')
      expect(misspelt).toContain('programm is not a setting (did you mean program?)')
      expect(unknown).toContain(
        'must be one of http, chromium, ffmpeg, gphoto2, folder, command (did you mean command?)',
      )
    },
  )

  test('compiles, and keeps the rooms apart', () => {
    const files = ['../devices/rig.ts', '../harness/config/schema.ts', '../harness/cli/rig/list.ts']
    writeFileSync(join(copy, 'runs/tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include: [], files }))
    const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' })
    const compiled = run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'runs')
    expect(compiled.stdout).toBe('')
    expect(run('bin/boundaries.mjs')).toMatchObject({ status: 0, stderr: '' })
  })
})
