import { existsSync, readFileSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { RigError } from '../../rig-error.ts'

/** The same list that the tests' own search reads (`bin/browser.mjs`). */
const { commandNames, usualPlaces } = JSON.parse(readFileSync(new URL('./browsers.json', import.meta.url), 'utf8')) as {
  readonly commandNames: readonly string[]
  readonly usualPlaces: readonly string[]
}

/**
 * The Chromium that drives cameras: what is named, Playwright's own, or the system's.
 *
 * @param named from the configuration
 * @param playwrights where Playwright's own would be
 * @throws RigError `camera-program`
 */
export async function findChromium(
  named: string | undefined,
  playwrights: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const asked = named ?? (environment['ASSAY_CHROMIUM'] || undefined)
  if (asked !== undefined) {
    if (await isExecutable(asked)) return asked
    throw new RigError('camera-program', `${asked} is no browser that can be run. Correct browser, or leave it out.`)
  }
  if (existsSync(playwrights)) return playwrights
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  const ending = process.platform === 'win32' ? '.exe' : ''
  const inPath = commandNames.flatMap(name => folders.map(folder => join(folder, name + ending)))
  for (const path of [...inPath, ...usualPlaces]) if (await isExecutable(path)) return path
  throw new RigError(
    'camera-program',
    'the chromium camera driver needs Chromium, Chrome or Edge and found none. Install one, or name it as browser.',
  )
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
