import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it.runIf(process.platform === 'linux')('leaves no trace of telemetry: no device id, no queue, no log', () => {
  const home = mkdtempSync(join(tmpdir(), 'assay-home-'))
  try {
    const reader = JSON.stringify(new URL('./text-reader.node.ts', import.meta.url).href)
    const source = `import { openTextReader } from ${reader}; await openTextReader({ engine: 'native' }); console.log(process.pid)`
    const env = { ...process.env, HOME: home, TMPDIR: home, XDG_CACHE_HOME: join(home, '.cache') }
    delete (env as NodeJS.ProcessEnv)['ORT_DISABLE_TELEMETRY']
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', source], { env, encoding: 'utf8' })
    expect(child.status, child.stderr).toBe(0)
    expect(readdirSync(home)).toEqual([])
    expect(existsSync(`/tmp/mat-debug-${child.stdout.trim()}.log`)).toBe(false)
  } finally {
    rmSync(home, { recursive: true })
  }
})
