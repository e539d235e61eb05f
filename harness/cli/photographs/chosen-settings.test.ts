import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chosenSettings } from './chosen-settings.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-chosen-')))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('the configuration file is asked, and a flag wins over it', async () => {
  writeFileSync(join(folder, 'assay.config.json'), '{"product":"real","station":"opened"}')
  expect(await chosenSettings({}, ['product', 'station'])).toMatchObject({ product: 'real', station: 'opened' })
  expect(await chosenSettings({ product: 'pro' }, ['product', 'station'])).toMatchObject({
    product: 'pro',
    station: 'opened',
  })
  vi.stubEnv('ASSAY_STATION', 'etched')
  expect(await chosenSettings({}, ['product', 'station'])).toMatchObject({ product: 'real', station: 'etched' })
})

test('what nobody chose is not guessed', async () => {
  await expect(chosenSettings({ product: 'real' }, ['product', 'station'])).rejects.toMatchObject({
    code: 'setting-missing',
    exitCode: 2,
    message:
      'add --station <name> (where in the process the unit is inspected: printed, etched, sealed or opened; or ASSAY_STATION, or station in assay.config).',
  })
  // All of it at once.
  await expect(chosenSettings({}, ['product', 'station'], ['--records <file> (the lot)'])).rejects.toThrow(
    /^add --records <file> \(the lot\), --product <name\|file> \(.*\) and --station <name> \(.*\)\.$/,
  )
  expect(await chosenSettings({ product: 'real' }, ['product'])).toMatchObject({ product: 'real' })
})

test('a mistake in the configuration is told, also to commands that read photographs', async () => {
  writeFileSync(join(folder, 'assay.config.json'), '{"prodct":"real"}')
  await expect(chosenSettings({ product: 'real' }, ['product'])).rejects.toThrow('did you mean product?')
})
