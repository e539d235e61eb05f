import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readDevice } from './device-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-device-'))
afterAll(() => rmSync(folder, { recursive: true }))
const codeOf = (path: string) => {
  try {
    return readDevice(path) && 'taken'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe.skipIf(process.platform !== 'linux')('an entropy device', () => {
  it('is no pipe, which is not waited for', () => {
    const pipe = join(folder, 'pipe')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const started = performance.now()
    expect(codeOf(pipe)).toBe('entropy-stored')
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('is no file, folder or socket', async () => {
    const [file, socket] = [join(folder, 'file'), join(folder, 'socket')]
    writeFileSync(file, Buffer.alloc(5000, 'stored'))
    await new Promise<void>(resolve => {
      const server = createServer().listen(socket, () => {
        expect([file, folder, socket].map(codeOf)).toEqual(['entropy-stored', 'entropy-stored', 'entropy-stored'])
        server.close(() => resolve())
      })
    })
  })

  const drive = readdirSync('/dev').find(
    name => /^(loop|sd|vd|nvme|dm-)/.test(name) && spawnSync('test', ['-b', `/dev/${name}`]).status === 0,
  )
  it.skipIf(drive === undefined)('is no drive: a file on a loop device is one', () => {
    expect(codeOf(`/dev/${drive}`)).toBe('entropy-stored')
  })

  it("is not the system's own generator, and is any other device of characters", () => {
    expect(['/dev/urandom', '/dev/random', '/dev/zero', join(folder, 'gone')].map(codeOf)).toEqual([
      'entropy-own',
      'entropy-own',
      'taken',
      'entropy-missing',
    ])
  })
})
