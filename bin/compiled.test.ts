import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { giveAway, hasSecondUser } from '../harness/core/other-user.testing.ts'
import { foreignHand } from '../harness/core/outside-file.node.ts'
import { compiledFolder } from './compiled.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-compiled-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
})
const cache = () => join(root, '.cache')
const compiled = () => join(root, '.cache', 'compiled')

test('what is compiled is kept in a folder of this user alone', () => {
  expect(compiledFolder(root)).toBe(compiled())
  expect(statSync(compiled()).mode & 0o777).toBe(0o700)
  expect(compiledFolder(root)).toBe(compiled())
})

test.skipIf(process.platform === 'win32')('nothing is run from a link, or a file, in its place', () => {
  mkdirSync(cache())
  symlinkSync(mkdtempSync(join(root, 'elsewhere-')), compiled())
  expect(compiledFolder(root)).toBeNull()
  rmSync(cache(), { recursive: true })
  symlinkSync(mkdtempSync(join(root, 'elsewhere-')), cache())
  expect(compiledFolder(root)).toBeNull()
  expect(existsSync(join(root, 'nowhere'))).toBe(false)
  expect(compiledFolder(join(root, 'nowhere', '\0'))).toBeNull()
})

test.skipIf(process.platform === 'win32')(
  'it is used by the one rule of whose a folder may be, and so is the one that it lies in',
  () => {
    compiledFolder(root)
    const groups = hasSecondUser ? [0, 7] : [lstatSync(root).gid]
    for (const place of [cache(), compiled()])
      for (const gid of groups)
        for (const mode of [0o700, 0o755, 0o770, 0o775, 0o777, 0o1777, 0o702]) {
          if (hasSecondUser) chownSync(place, 0, gid)
          chmodSync(place, mode)
          expect(compiledFolder(root) === null, `${place} ${mode.toString(8)}, group ${gid}`).toBe(
            foreignHand(lstatSync(place)) !== null,
          )
          chmodSync(place, 0o700)
        }
  },
)

test.skipIf(!hasSecondUser)('a folder that another user made is not used', () => {
  for (const place of [cache, compiled]) {
    compiledFolder(root)
    giveAway(place())
    expect(compiledFolder(root)).toBeNull()
    rmSync(cache(), { recursive: true })
  }
})
