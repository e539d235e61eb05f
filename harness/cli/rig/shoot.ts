import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LightPreset, lightPresets } from '../../../devices/light/light.ts'
import { AssayError } from '../../core/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { layInto, openAtHand, print, printJson, rigAtHand, tell } from './chosen-rig.ts'
import type { SessionOptions } from './session-file.ts'

export interface ShootOptions extends SessionOptions {
  readonly light: string
  readonly pose: string
  readonly exposure?: number
  readonly count: number
  readonly out: string
  readonly lay: string
  readonly json?: boolean
  readonly wait?: number
}

/** `assay rig shoot`: photographs in files, each beside what is known of how it was taken. */
export async function shootRig(
  name: string | undefined,
  { light, pose, exposure, count, out, lay, json = false, wait = 0, ...session }: ShootOptions,
  { signal }: CommandContext,
): Promise<void> {
  const wanted = light === 'all' ? 'all' : presetNamed(light)
  const chosen = await rigAtHand(name)
  tell(`what is in view is saved in clear in ${out}.`)
  await using rig = await openAtHand(chosen, 'shoot', { signal, wait, session })
  layInto(rig, lay)
  const presets = wanted === 'all' ? rig.presets : [wanted]
  makeFolder(out)
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
      writeWhole(file, bytes)
      writeWhole(file.replace(/\.\w+$/, '.json'), `${JSON.stringify({ ...shot, file: undefined }, null, 2)}\n`)
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

export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

export function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

function unwritable(path: string, cause: unknown): AssayError {
  const why = cause instanceof Error ? cause.message : 'unknown'
  return new AssayError('out-unwritable', `${path} cannot be written (${why}); choose another place with --out.`, {
    cause,
  })
}
