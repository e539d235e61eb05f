import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { hasSecondUser } from './other-user.testing.ts'
import { userId, userName } from './user.node.ts'

test('a user has a number and a name', () => {
  expect(userId()).toBe(String(process.geteuid?.()))
  expect(userName()).not.toBe('')
})

test.skipIf(!hasSecondUser)(
  'an account without an entry of its own, as in a container, has both too, and can serve a rig',
  () => {
    const modules = ['./user.node.ts', '../../devices/rig/daemon/wire.ts'].map(
      file => new URL(file, import.meta.url).href,
    )
    const source = `
    import { userId, userName } from ${JSON.stringify(modules[0])}
    import { socketPath } from ${JSON.stringify(modules[1])}
    process.setgroups([]); process.setgid(54321); process.setuid(54321)
    console.log(JSON.stringify([userId(), userName(), socketPath('/run', 'bench')]))`
    const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      encoding: 'utf8',
    })
    expect(JSON.parse(said)).toEqual(['54321', 'user 54321', '/run/assay-rig-54321-bench.sock'])
  },
)
