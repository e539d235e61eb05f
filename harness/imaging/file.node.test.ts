import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPictureFile } from './file.node.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-picture-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('readPictureFile', () => {
  it('reads the bytes', async () => {
    await writeFile(join(folder, 'a.jpg'), Uint8Array.of(1, 2, 3))
    expect([...(await readPictureFile(join(folder, 'a.jpg')))]).toEqual([1, 2, 3])
  })

  it('says in one sentence what is not a file to read', async () => {
    const gone = join(folder, 'gone.jpg')
    await expect(readPictureFile(gone)).rejects.toMatchObject({
      code: 'picture-missing',
      message: `${gone} does not exist`,
    })
    await expect(readPictureFile(folder)).rejects.toMatchObject({ code: 'picture-is-a-folder' })
    await expect(readPictureFile(join(folder, 'a.jpg', 'b.jpg'))).rejects.toMatchObject({ code: 'picture-missing' })
    if (process.platform !== 'win32') {
      await expect(readPictureFile('/dev/null')).rejects.toMatchObject({ code: 'picture-unreadable' })
    }
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('says when it may not read', async () => {
    const closed = join(folder, 'closed.jpg')
    await writeFile(closed, 'x')
    await chmod(closed, 0)
    await expect(readPictureFile(closed)).rejects.toMatchObject({ code: 'picture-unreadable' })
  })
})
