// @module-tag long
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A soak of two units that are peeled already. @param planted do the lots say so? */
async function soak(planted: boolean): Promise<{ code: number; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-soak-test-'))
  const lots = join(folder, 'lots.mjs')
  writeFileSync(
    lots,
    `import { VirtualLine } from ${JSON.stringify(join(root, 'fixtures', 'virtual-line', 'virtual-line.ts'))}
    const { make } = VirtualLine
    VirtualLine.make = async request => {
      const line = await make.call(VirtualLine, { ...request, count: 2, share: 1, defects: ['already-peeled'] })
      if (!${planted}) line.truth = line.truth.map(unit => ({ ...unit, expected: { ...unit.expected, sealed: { ...unit.expected.sealed, alarms: [] } } }))
      return line
    }`,
  )
  try {
    return await new Promise(resolve => {
      const args = ['--import', lots, join(root, 'harness', 'bench', 'soak.ts'), '--count', '2']
      execFile(process.execPath, args, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}\n${stderr}` })
      })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the soak goes on after alarms that it planted', async () => {
  const { code, said } = await soak(true)
  expect(said).toContain('2 inspections')
  expect(said).toContain('0 PASS, 0 INCONCLUSIVE, 2 FAIL, 0 ERROR; not as planted: 0')
  expect(code).toBe(0)
})

test('and is stopped by any other, with its report', async () => {
  const { code, said } = await soak(false)
  expect(said).toContain('1 inspections')
  expect(said).toContain('records lost: 0, doubled: 0')
  expect(said).toContain('ALARM: the encrypted private key can be read at station sealed')
  expect(code).toBe(5)
})
