import { join } from 'node:path'
import type { CommandContext } from '../context.ts'
import { layInto, openAtHand, print, rigAtHand, tell } from './chosen-rig.ts'
import { openPreviewPage } from './preview-page.ts'
import { makeOutFolder, presetNamed, writeNew } from './shoot.ts'

interface PreviewOptions {
  readonly light: string
  readonly port: number
  readonly out?: string
  readonly frames?: number
  readonly lay: string
  readonly wait?: number
}

/** `assay rig preview`: live pictures, for focusing and for laying the nest. */
export async function previewRig(
  name: string | undefined,
  { light, port, out, frames = Number.POSITIVE_INFINITY, lay, wait = 0 }: PreviewOptions,
  { signal }: CommandContext,
): Promise<void> {
  const preset = presetNamed(light)
  const chosen = await rigAtHand(name)
  await using rig = await openAtHand(chosen, 'preview', { wait }, { signal })
  layInto(rig, lay)
  await rig.stage.goTo('inspect', signal)
  await rig.light.set(preset, signal)
  if (out === undefined)
    tell('what is in view is shown in clear to whoever has the address: keep what this station must hide out of view.')
  else {
    makeOutFolder(out)
    tell(`what is in view is saved in clear in ${out}.`)
  }
  await using page = out === undefined ? await openPreviewPage(port, chosen.name, preset) : null
  if (page) print(`Live pictures at ${page.url} (Ctrl-C ends)`)
  let shown = 0
  for await (const frame of rig.camera.preview(signal)) {
    shown++
    if (out !== undefined) {
      const file = join(out, `frame-${String(shown).padStart(6, '0')}.${frame.mime === 'image/jpeg' ? 'jpg' : 'png'}`)
      writeNew(file, frame.bytes)
    } else page?.show(frame)
    if (shown >= frames) break
  }
  print(`${shown} frames.`)
}
