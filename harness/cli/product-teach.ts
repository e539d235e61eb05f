import { createHash } from 'node:crypto'
import { createReadStream, existsSync, globSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { type ExitCode, exitCodes } from '../core/assay-error.ts'
import { readOutside } from '../core/outside-file.node.ts'
import { Secret } from '../core/secret.ts'
import { canonicalJson } from '../custody/canonical-json.ts'
import { peopleOf } from '../custody/journal/people.ts'
import { readPersonKey } from '../custody/person-key.ts'
import type { SigningKey } from '../custody/signing-key.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { readPictureFile } from '../imaging/file.node.ts'
import { parseProfile } from '../products/load-profile.ts'
import { type ProductProfile, State } from '../products/profile.ts'
import { glyphFileName } from '../teach/learn-faces.ts'
import { UNITS, unitsInDoubt } from '../teach/lessons.ts'
import { openTeachTools } from '../teach/open-tools.ts'
import type { GoldenPhotograph } from '../teach/see-golden.ts'
import { materialOf, parseTaught, signedPart, type TaughtFile, TeachError, withEdits } from '../teach/taught-file.ts'
import { type Taught, teach } from '../teach/teach.ts'
import { teachPage } from '../teach/teach-page.ts'
import type { ToldUnit } from '../teach/told-unit.ts'
import { capitalFaces, commonFaces } from '../vision/text/ocv/common-faces.node.ts'
import { splitLines } from './bip38/ndjson.ts'
import { requireHandedOver, SecretInput } from './bip38/secret-input.ts'
import { type JournalOptions, readStationJournal } from './journal/station-journal.ts'
import { readRecords } from './lot-report.ts'
import { lightOfFiles } from './photographs/light-of-file.ts'
import type { Output } from './photographs/output.ts'
import { learnAppearance } from './product-appearance.ts'
import { assayVersion } from './version.ts'
import { replaceFile, writing } from './write-file.ts'

export interface TeachOptions extends JournalOptions {
  readonly records: string
  readonly out: string
  readonly name?: string
  readonly title?: string
  readonly card: { readonly width: number; readonly height: number }
  readonly cornerRadius: number
  readonly thickness: number
  readonly finish: ProductProfile['card']['finish']
  readonly light?: string
  readonly secretsFd?: number
  readonly passphrases: boolean
  readonly by?: string
  readonly signWith?: string
  readonly passphraseFd?: number
}

/** Names of what is written, beside each other. */
const filesOf = (out: string, name: string) => ({
  profile: join(out, `${name}.json`),
  taught: join(out, `${name}.taught.json`),
  appearance: join(out, `${name}.appearance.json`),
  page: join(out, `${name}.html`),
})

/**
 * Makes a product from photographs of golden units: profile, appearance from five units on, and a page that shows what was learned.
 * @returns 4 when a unit or a photograph was left out
 * @throws TeachError, LotFileError; AssayError for options that do not go together
 */
export async function teachProduct(
  photos: readonly string[],
  options: TeachOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { lot } = readLotFile(readRecords(options.records), options.records)
  const name = options.name ?? lot.product ?? 'taught'
  const files = filesOf(options.out, name)
  const signer = await signerOf(options, signal)
  const photographs = await photographsOf(photos, options.light)
  const passphrases = await toldPassphrases(
    lot.units.map(({ serial }) => serial),
    options,
    signal,
  )
  const units: ToldUnit[] = lot.units.map(record => ({ record, passphrase: passphrases.get(record.serial) ?? null }))
  const { width, height } = options.card
  const { cornerRadius, thickness, finish } = options
  let taught: Taught
  try {
    await using tools = await openTeachTools()
    taught = await teach({
      name,
      title: options.title ?? `Taught card ${name}`,
      card: { width, height, thickness, cornerRadius, finish },
      photographs,
      units,
      tools,
      faces: [...capitalFaces(), ...commonFaces()],
      signal,
      onProgress: (what, done, total) => output.tell(`assay: ${done + 1}/${total} ${what}`),
    })
  } finally {
    for (const { passphrase } of units) passphrase?.dispose()
  }
  for (const { of, because } of taught.lessons) output.tell(`assay: ${of}: ${because}.`)
  for (const sentence of taught.unknown) output.tell(`assay: ${sentence}`)
  if (taught.units.length < UNITS.least)
    throw new TeachError(
      'teach-units',
      `${taught.units.length} good units were seen of at least ${UNITS.least}; nothing was written.`,
    )
  let profile = taught.profile
  if (existsSync(files.profile) && existsSync(files.taught)) {
    const before = parseTaught(readOutside(files.taught, 'note').toString('utf8'), files.taught)
    const edited = parseProfile(readOutside(files.profile, 'profile').toString('utf8'), files.profile, options.out)
    profile = withEdits(before.learned, withoutFiles(edited), profile)
    sayProgress(before, taught, output)
  }
  const text = `${JSON.stringify(profile, null, 2)}\n`
  // Faults of what was learned are a defect here: the person hears of them before anything is written.
  parseProfile(text, files.profile, options.out)
  const write = (file: string, content: string) =>
    writing(file, 'teach-unwritable', 'choose another folder with --out', () => replaceFile(file, content))
  const glyphs = (['etching', 'print'] as const).flatMap(use => {
    const face = taught.glyphs[use]
    if (face === null) return []
    const file = join(options.out, glyphFileName(name, use))
    write(file, `${JSON.stringify(face)}\n`)
    return [file]
  })
  write(files.profile, text)
  const appearances = await appearanceOf(files, taught, photos, options, output, signal)
  const whole = appearances === null ? profile : { ...profile, appearance: [appearances] }
  if (appearances !== null) write(files.profile, `${JSON.stringify(whole, null, 2)}\n`)
  write(files.page, await teachPage(taught, profile))
  const statement: TaughtFile = {
    format: 'assay-taught-1',
    by: options.by ?? null,
    at: new Date().toISOString(),
    software: `assay ${assayVersion()}`,
    ...materialOf(taught),
    files: [files.profile, ...glyphs, ...(appearances === null ? [] : [files.appearance])].map(file => ({
      file: basename(file),
      sha256: createHash('sha256').update(readOutside(file, 'profile')).digest('hex'),
    })),
  }
  write(files.taught, `${JSON.stringify(signed(statement, signer), null, 1)}\n`)
  output.print(files.profile)
  for (const file of [files.page, files.taught]) output.tell(`assay: ${file}`)
  const isWhole = unitsInDoubt(taught.lessons).size === 0 && taught.shown.length === photographs.length
  return isWhole ? exitCodes.passed : exitCodes.inconclusive
}

/** Without what is named by its path: that is learned anew each time. */
function withoutFiles({ appearance: _, ...profile }: ProductProfile): ProductProfile {
  return profile
}

function sayProgress(before: TaughtFile, { standardErrorsMm, units }: Taught, output: Output): void {
  const worst = (errors: Readonly<Record<string, number | null>>) =>
    Math.max(0, ...Object.values(errors).filter(one => one !== null))
  output.tell(
    `assay: learned before from ${before.units.length} units, now from ${units.length}; the largest standard error was ${worst(before.standardErrorsMm).toFixed(3)} mm and is ${worst(standardErrorsMm).toFixed(3)} mm. What a person changed in the profile was kept.`,
  )
}

/** Every picture that is named, or lies in a folder that is; light and state by its folders and name, where they say it. */
async function photographsOf(named: readonly string[], light: string | undefined): Promise<GoldenPhotograph[]> {
  const paths = named.flatMap(path =>
    existsSync(path) && statSync(path).isDirectory()
      ? globSync('**/*.{jpg,jpeg,png,webp,tif,tiff,JPG,JPEG,PNG}', { cwd: path })
          .sort()
          .map(file => join(path, file))
      : [path],
  )
  const lightOf = lightOfFiles(NO_APPEARANCE, light === undefined ? {} : { light })
  const seen = new Set<string>()
  const out: GoldenPhotograph[] = []
  for (const path of paths) {
    const bytes = await readPictureFile(path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (seen.has(sha256)) continue
    seen.add(sha256)
    const words = path.toLowerCase().split(/[^a-z]+/)
    const state = State.options.find(one => words.includes(one)) ?? null
    const by = lightOf(path, bytes).light
    out.push({
      name: path,
      sha256,
      light: by === 'unknown' ? (LIGHTS.find(one => words.includes(one)) ?? by) : by,
      state,
      open: async () => await decodePicture(await readPictureFile(path)),
    })
  }
  return out
}

const LIGHTS = ['dome', 'ring', 'left', 'right', 'top', 'bottom', 'coax']
const NO_APPEARANCE = { appearance: [] } as unknown as ProductProfile

/** «SERIAL PASSPHRASE» a line from a descriptor, or each at a prompt; never kept. */
async function toldPassphrases(
  serials: readonly string[],
  { secretsFd, passphrases }: TeachOptions,
  signal: AbortSignal,
): Promise<Map<string, Secret>> {
  const told = new Map<string, Secret>()
  if (!passphrases) return told
  if (secretsFd === undefined) {
    const input = new SecretInput()
    for (const serial of serials) {
      const typed = await input.read(`passphrase of ${serial}, as it stands on the card`, undefined, signal)
      if (typed.length > 0) told.set(serial, Secret.ofBytes(typed))
      typed.fill(0)
    }
    return told
  }
  requireHandedOver(secretsFd)
  let number = 0
  for await (const line of splitLines(createReadStream('', { fd: secretsFd }))) {
    number++
    const at = line === 'too-long' ? -1 : line.indexOf(32)
    if (line === 'too-long' || at < 1)
      throw new TeachError('teach-secrets', `Line ${number} of the passphrases is not «SERIAL PASSPHRASE».`)
    told.set(new TextDecoder().decode(line.subarray(0, at)), Secret.ofBytes(line.subarray(at + 1)))
    line.fill(0)
  }
  return told
}

/** Learned with the profile as it was just written, unit by unit as `assay product appearance` does; null from too few units. */
async function appearanceOf(
  files: ReturnType<typeof filesOf>,
  { units, shown }: Taught,
  photos: readonly string[],
  options: TeachOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly file: string; readonly sha256: string } | null> {
  const lights = [...new Set(shown.map(({ light }) => light))]
  if (units.length < UNITS.appearance || lights.includes('unknown') || photos.length === 0) return null
  const lines: string[] = []
  const quiet: Output = { ...output, print: line => void lines.push(line) }
  for (const light of lights)
    await learnAppearance(
      files.profile,
      shown.filter(one => one.light === light).map(({ name }) => name),
      { records: options.records, light, out: files.appearance },
      quiet,
      signal,
    )
  const last = lines.at(-1)
  return last === undefined ? null : JSON.parse(last)
}

/** Who teaches must have the role by the register, where a journal is set up. */
async function signerOf(options: TeachOptions, signal: AbortSignal): Promise<SigningKey | null> {
  const { by, signWith, passphraseFd } = options
  if (by === undefined) return null
  await using journal = await readStationJournal(options)
  const people = await peopleOf(journal.entriesOn('people'))
  if (!people.isActive(by, 'teacher'))
    throw new TeachError(
      'teach-person',
      `${by} does not teach here, by the register: assay people add ${by} --role teacher.`,
    )
  const publicKey = people.find(by)?.publicKey ?? null
  if (signWith === undefined) {
    if (publicKey === null) return null
    throw new TeachError(
      'signature-missing',
      `${by} signs with a key of their own, by the register: add --sign-with FILE.`,
    )
  }
  const file = readPersonKey(signWith)
  if (file.publicKey !== publicKey)
    throw new TeachError('signature-other', `${signWith} is not the key that the register has of ${by}.`)
  const typed = await new SecretInput().read(`passphrase of ${file.name}`, passphraseFd, signal)
  using passphrase = Secret.ofBytes(typed)
  typed.fill(0)
  return await file.open(passphrase)
}

function signed(statement: TaughtFile, key: SigningKey | null): TaughtFile {
  if (key === null) return statement
  const message = Buffer.from(canonicalJson(signedPart(statement)))
  return { ...statement, signature: { publicKey: key.publicKey, signature: key.sign(message) } }
}
