import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

test('a picture that is larger than libvips keeps in memory is written nowhere', () => {
  const look = (from: string) =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { sharp = (await import('sharp')).default } = await import(${JSON.stringify(from)})
         const jpeg = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#888' } }).jpeg().toBuffer()
         console.log((await sharp(jpeg).stats()).channels.length)`,
      ],
      // A temporary file could not be made here.
      {
        cwd: root,
        env: { ...process.env, VIPS_DISC_THRESHOLD: '1m', TMPDIR: join(root, 'nowhere') },
        encoding: 'utf8',
      },
    )
  expect(look('node:fs').stderr).toMatch(/nowhere/)
  const { stdout, stderr } = look(join(root, 'harness', 'imaging', 'sharp.node.ts'))
  expect({ stdout, stderr }).toEqual({ stdout: '3\n', stderr: '' })
})

test('sharp has one door', () => {
  const users = globSync('{harness,devices,fixtures,reports}/**/*.ts', { cwd: root })
    .filter(file => !/\.(?:test|testing|bench)\.ts$|\/bench\//.test(file))
    .filter(file => /(?:import (?!type)[^;]*?from|import\() ?'sharp'/.test(readFileSync(join(root, file), 'utf8')))
  expect(users).toEqual([])
  expect(readFileSync(join(root, 'harness', 'imaging', 'sharp.node.ts'), 'utf8')).toMatch(/from 'sharp'/)
})
