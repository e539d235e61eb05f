import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { countScan, scanLeftBehind } from './left-behind.mjs'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'assay-left-behind-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what tests left behind is read, and a secret in it is a failure that shows nothing', {
  timeout: 60_000,
}, async () => {
  const scan = () =>
    scanLeftBehind(root, [folder, join(folder, 'nothing')], { images: false }, new AbortController().signal)
  writeFileSync(join(folder, 'good.log'), 'nothing')
  expect(await scan()).toMatchObject({ passed: 1, failed: 0 })
  // A published vector, in base64.
  const secret = ['6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2', 'tZcbkDcuC9DZRsS6AtHts4Ypo1j'].join('')
  writeFileSync(join(folder, 'bad.log'), Buffer.from(`a line ${secret} of a log`).toString('base64'))
  const { failed, notes } = await scan()
  expect(failed).toBe(1)
  expect(notes.join('\n')).toMatch(/bad\.log.*\n.*2 files and 0 images/)
  expect(notes.join('\n')).not.toContain(secret.slice(0, 8))
})

test('a scan that read nothing, broke off or says two things is a failure', () => {
  const document = (files: number, findings: readonly object[]) => JSON.stringify({ files, images: 0, findings })
  for (const [code, stdout] of [
    [0, ''],
    [0, document(0, [])],
    [130, document(3, [])],
    [0, document(3, [{ where: 'a', what: 'b' }])],
  ] as const) {
    expect(countScan(code, stdout)).toMatchObject({ passed: 0, failed: 1 })
  }
  expect(countScan(0, document(3, []))).toMatchObject({ passed: 1, failed: 0 })
})
