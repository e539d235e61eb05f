import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LightPreset, lightPresets } from '../../../devices/light/light.ts'
import { AssayError } from '../../core/assay-error.ts'
import { makeFolders } from '../../core/make-folders.node.ts'
import type { CommandContext } from '../context.ts'
import { writing } from '../write-file.ts'
import { layInto, openAtHand, print, printJson, rigAtHand, tell } from './chosen-rig.ts'
import type { BenchOptions } from './session-file.ts'

interface ShootOptions extends BenchOptions {
  readonly light: string
  readonly pose: string
  readonly exposure?: number
  readonly count: number
  readonly out: string
  readonly lay: string
}

/** `assay rig shoot`: photographs in files, each beside what is known of how it was taken. */
export async function shootRig(
  name: string | undefined,
  options: ShootOptions,
  { signal }: CommandContext,
): Promise<void> {
  const { light, pose, exposure, count, out, lay, json } = options
  const wanted = light === 'all' ? 'all' : presetNamed(light)
  const chosen = await rigAtHand(name)
  tell(`what is in view is saved in clear in ${out}.`)
  await using rig = await openAtHand(chosen, 'shoot', options, { signal })
  layInto(rig, lay)
  const presets = wanted === 'all' ? rig.presets : [wanted]
  makeOutFolder(out)
  await rig.stage.goTo(pose, signal)
  const shots: object[] = []
  for (const preset of presets) {
    await rig.light.set(preset, signal)
    for (let i = 0; i < count; i++) {
      const started = performance.now()
      const photograph = await rig.camera.photograph(exposure === undefined ? {} : { exposureMs: exposure }, signal)
      const ms = Math.round(performance.now() - started)
      const { bytes, mime, takenAt, how, settings } = photograph
      const id = createHash('sha256').update(bytes).digest('hex')
      const file = join(
        out,
        `${takenAt.replaceAll(/[:.]/g, '-')}-${preset}.${mime === 'image/jpeg' ? 'jpg' : mime.slice(6)}`,
      )
      const shot = { file, id, takenAt, how, settings, rig: rig.identity }
      writeNew(file, bytes)
      writeNew(file.replace(/\.\w+$/, '.json'), `${JSON.stringify({ ...shot, file: undefined }, null, 2)}\n`)
      shots.push({ ...shot, ms })
      if (!json) print(`${file}  ${preset}, ${how.exposureMs ?? '?'} ms, taken in ${ms} ms`)
    }
  }
  if (json) printJson({ shots })
}

export function presetNamed(text: string): LightPreset {
  const found = lightPresets.find(preset => preset === text)
  if (found) return found
  throw new AssayError('light-unknown', `there is no light "${text}"; there are ${lightPresets.join(', ')}, and all.`)
}

const elsewhere = 'choose another place with --out'

export const makeOutFolder = (path: string): void =>
  writing(path, 'out-unwritable', elsewhere, () => void makeFolders(path))

/** Never over another file, and for nobody else's eyes. */
export const writeNew = (path: string, content: string | Uint8Array): void =>
  writing(path, 'out-unwritable', elsewhere, () => writeFileSync(path, content, { flag: 'wx', mode: 0o600 }))
