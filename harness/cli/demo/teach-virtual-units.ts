import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { steppingClock } from '../../../devices/clock.ts'
import { openRig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import { makeFolders } from '../../core/make-folders.node.ts'
import { Secret } from '../../core/secret.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import { loadProfile, parseProfile } from '../../products/load-profile.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { displayPassphrase } from '../../products/text-setting.ts'
import { glyphFileName } from '../../teach/learn-faces.ts'
import { openTeachTools } from '../../teach/open-tools.ts'
import type { GoldenPhotograph } from '../../teach/see-golden.ts'
import { type Taught, teach } from '../../teach/teach.ts'
import { teachPage } from '../../teach/teach-page.ts'
import { capitalFaces, commonFaces } from '../../vision/text/ocv/common-faces.node.ts'
import { keepAppearance } from '../product-appearance.ts'
import { looksOfVirtualUnits } from '../product-appearance-virtual.ts'
import { replaceFile } from '../write-file.ts'

const states = ['etched', 'sealed', 'opened'] as const
const light = 'dome'
const firstPhotograph = Date.UTC(2026, 0, 4)

interface TeachRequest {
  /** How the card really is: the line makes it by this, and whoever learns does not see it. */
  readonly drawn: ProductProfile
  readonly units: number
  readonly seed: number
  /** Where profile, glyphs, appearance and page are written. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly onProgress: (what: string, done: number, total: number) => void
  readonly tell: (sentence: string) => void
}

/**
 * Makes a few good units, photographs each in every state on the virtual rig, and learns the card from the photographs and from what
 * is on them, as `assay product teach` does. The photographs of opened units lie in memory only.
 * @returns the profile as learned, with its glyphs and its appearance
 * @throws AssayError `teach-units`, `appearance-units`; the signal's reason
 */
export async function teachVirtualUnits(request: TeachRequest): Promise<ProductProfile> {
  const { drawn, units, seed, folder, signal, onProgress, tell } = request
  await using line = await VirtualLine.make({ profile: drawn, seed, count: units, share: 0, signal })
  const photographs = await goldenPhotographs(line, request)
  const taught = await learned(line, photographs, request)
  for (const { of, because } of taught.lessons) tell(`${of}: ${because}.`)
  for (const sentence of taught.unknown) tell(sentence)
  const path = join(folder, `${drawn.name}.json`)
  const write = (file: string, text: string) => replaceFile(join(folder, file), text)
  makeFolders(folder)
  for (const use of ['etching', 'print'] as const)
    if (taught.glyphs[use] !== null) write(glyphFileName(drawn.name, use), `${JSON.stringify(taught.glyphs[use])}\n`)
  const text = `${JSON.stringify(taught.profile, null, 2)}\n`
  write(`${drawn.name}.json`, text)
  write(`${drawn.name}.html`, await teachPage(taught, taught.profile))
  const profile = parseProfile(text, path, folder)
  let done = 0
  const looks = await looksOfVirtualUnits(
    profile,
    { line, units },
    () => onProgress('learning its looks', ++done, units),
    signal,
  )
  let named = ''
  keepAppearance(profile, looks, join(folder, `${drawn.name}.appearance.json`), {
    print: entry => {
      named = entry
    },
    tell: () => {},
    colours: false,
    columns: null,
  })
  write(`${drawn.name}.json`, `${JSON.stringify({ ...taught.profile, appearance: [JSON.parse(named)] }, null, 2)}\n`)
  return loadProfile(path)
}

async function goldenPhotographs(
  line: VirtualLine,
  { units, seed, signal, onProgress }: TeachRequest,
): Promise<GoldenPhotograph[]> {
  await using rig = await openRig(
    { kind: 'virtual', seed, clock: steppingClock(new Date(firstPhotograph), 1000) },
    signal,
  )
  await rig.stage.goTo('inspect', signal)
  await rig.light.set(light, signal)
  const photographs: GoldenPhotograph[] = []
  for (let index = 0; index < units; index++) {
    for (const state of states) {
      onProgress('photographing golden units', photographs.length, units * states.length)
      rig.place(await line.card(index, state, signal))
      const { bytes } = await rig.camera.photograph({}, signal)
      photographs.push({
        name: `unit ${index + 1}, ${state}`,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        light,
        state,
        open: () => decodePicture(bytes),
      })
    }
  }
  return photographs
}

async function learned(
  line: VirtualLine,
  photographs: readonly GoldenPhotograph[],
  { drawn, signal, onProgress }: TeachRequest,
): Promise<Taught> {
  const { width, height, thickness, cornerRadius, finish } = drawn.card
  const { lot } = readLotFile(line.records)
  // What a maker types: the passphrase as it stands on the card.
  const units = lot.units.map((record, i) => {
    const { passphrase } = line.lot.units[i]!.secrets
    return { record, passphrase: Secret.ofText(displayPassphrase(drawn, passphrase!.exposeText())) }
  })
  await using tools = await openTeachTools()
  try {
    return await teach({
      name: drawn.name,
      title: `${drawn.title}, as learned`,
      card: { width, height, thickness, cornerRadius, finish },
      photographs,
      units,
      tools,
      faces: [...capitalFaces(), ...commonFaces()],
      signal,
      onProgress: (_, done, total) => onProgress('learning the card', done, total),
    })
  } finally {
    for (const { passphrase } of units) passphrase.dispose()
  }
}
