import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cameras } from './cameras.ts'
import { withoutFiles } from './gphoto2-camera.ts'
import { testPicture } from './pictures.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-gphoto2-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(process.platform !== 'linux')(
  'the program stands where it can leave no photograph, and is found by a path',
  async () => {
    const program = join(folder, 'gphoto2')
    writeFileSync(join(folder, 'now.jpg'), await testPicture(0))
    // As the real one does, which unlinks the file afterwards, unless it is killed.
    writeFileSync(
      program,
      `#!/bin/sh
case "$*" in
*--auto-detect*) printf 'Model                          Port\\n${'-'.repeat(58)}\\nCanon EOS 80D                  usb:001,004\\n' ;;
*--version*) echo 'gphoto2 2.5.28' ;;
*--capture-image*) cp ${folder}/now.jpg tmpfile 2>/dev/null && pwd > ${folder}/left; cat ${folder}/now.jpg ;;
esac
`,
      { mode: 0o755 },
    )
    const named = `./${relative(process.cwd(), program)}`
    const { camera } = await cameras.open({ driver: 'gphoto2', program: named, mayRepeat: true, deadlineMs: 15_000 })
    try {
      expect((await camera.photograph()).bytes.length).toBeGreaterThan(1000)
    } finally {
      await camera.close()
    }
    expect(existsSync(join(folder, 'left'))).toBe(false)
  },
)

const hasGphoto2 = spawnSync('gphoto2', ['--version']).status === 0

test.skipIf(!hasGphoto2)('gphoto2 itself prints a picture there all the same', { timeout: 30_000 }, () => {
  mkdirSync(join(folder, 'DCIM'))
  const picture = join(folder, 'DCIM', 'IMG_0001.JPG')
  writeFileSync(picture, Buffer.alloc(30_000, 7))
  const args = ['--port', `disk:${folder}`, '--folder', '/', '--stdout', '--get-file', '/DCIM/IMG_0001.JPG']
  const { stdout } = spawnSync('gphoto2', args, { cwd: withoutFiles, env: { ...process.env, HOME: folder } })
  expect(stdout.equals(readFileSync(picture))).toBe(true)
})
