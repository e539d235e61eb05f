import type { Command } from 'commander'
import { AssayError } from '../../core/assay-error.ts'
import type { CommandContext } from '../context.ts'
import type { JournalOptions } from '../journal/station-journal.ts'
import { descriptor, numberFrom } from '../option-values.ts'
import type { InspectCommandOptions } from '../photographs/inspect-photographs.ts'
import { addSettingOptions } from '../setting-options.ts'

/** `assay inspect`: judges photographs of cards at a station against the lot's public records. */
export function register(program: Command, context: CommandContext): void {
  const inspect = program
    .command('inspect')
    .summary("judge cards on a rig, or photographs of cards, against the lot's records")
    .description(
      "Reads each photograph blind, finds the unit among the lot's records by what was read on it (never by the file's name), and runs every check of the station. Each photograph is one inspection, unless --together is given. With --rig, cards are laid in one after the other instead.",
    )
    .argument('[photo...]', 'JPEG, PNG, WebP or TIFF files')
    .option('--photos [photo...]', 'the same, as an option')
    .option('-p, --product <product>', 'a shipped product, or the path of a profile file (ASSAY_PRODUCT, assay.config)')
    .option('-s, --station <station>', 'printed, etched, sealed or opened (ASSAY_STATION, assay.config)')
    .option('-r, --records <file>', recordsAre)
    .option(
      '--accept-unproved <name...>',
      'let units pass without this proof, and say so: cover-material, faint-marks (acceptUnproved of the station in assay.config)',
    )
    .option('--rig <name>', 'inspect the cards of the lot on this rig: lay one in, Enter, verdict, the next')
    .option('--scan', "with --rig: each card begins when the rig's scanner reads its serial or address, not at Enter")
    .option('--again', 'virtual rigs: also lay in the cards that were judged already')
    .option('--wait <seconds>', 'wait so long for a rig that another program holds', numberFrom(0, 86_400))
    .option('--together', 'photographs that show the same unit are one inspection')
    .option(
      '--light <name>',
      'the light that the photographs were taken under, where no file of assay rig shoot says it',
    )
    .option('--appearance <file>', 'what good units look like, instead of what the product names')
    .option('--json', 'one JSON document a photograph')
    .option('--out <folder>', 'write inspection records, report.html and junit.xml there')
    .option('--reveal-secrets', 'show passphrase and EPK in clear')
    .option('--explain <file>', 'write an HTML page with every intermediate picture')
    .option('--operator <name>', 'who inspects, for the record')
    .option('--password-fd <fd>', 'read the password of a sealed journal from this file descriptor', descriptor)
    .addHelpText(
      'after',
      `
Ends with the worst of all photographs, in this order: 5 an alarm, 130 interrupted, 70 a defect in Assay, 69 cannot
run here, 3 rig fault, 2 a file is not a usable picture, 1 a unit failed, 4 inconclusive, 0 all passed.
The alarm: a secret lies open where it must be covered. It stops the run.

On a rig: an alarm that nobody has acknowledged, a rig without calibration, one that is not well, or does not pass its
golden card judges no unit. Every result is in the journal before it is shown; --rig virtual lays the cards of a
lot of the demo. With --scan a card that is not the one scanned is said, kept, and ends with 4 at the least.

  $ assay inspect --photos *.jpg --product assay-reference --station sealed --records lot.json
  $ assay inspect --rig virtual --records runs/demo-…/lot.json --station sealed`,
    )
    .action(
      async (
        photos: string[],
        {
          photos: named,
          ...options
        }: Omit<InspectCommandOptions, 'product' | 'station' | 'records' | 'photos' | 'others'> &
          JournalOptions & {
            // True: the option without a file.
            photos?: readonly string[] | true
            product?: string
            station?: string
            records?: string
            rig?: string
            again?: boolean
            scan?: boolean
            wait?: number
          },
      ) => {
        if (options.rig !== undefined) {
          refuseFiles(photos.length > 0 || named !== undefined, options)
          const { inspectLotOnRig } = await import('../lot/inspect-lot-command.ts')
          const { answersOf } = await import('../../inspection/nests.ts')
          const { processOutput } = await import('../photographs/output.ts')
          using answers = answersOf(process.stdin)
          const person = { output: processOutput(), answers }
          return context.exit(await inspectLotOnRig({ ...options, rig: options.rig }, person, context.signal))
        }
        if (options.scan === true) {
          throw new AssayError('scan-without-rig', "--scan reads with a rig's scanner: add --rig <name>.")
        }
        const { chosenSettings } = await import('../photographs/chosen-settings.ts')
        const { knownProducts } = await import('../photographs/known-products.ts')
        const { inspectPhotographs } = await import('../photographs/inspect-photographs.ts')
        const { processOutput } = await import('../photographs/output.ts')
        const { openStationJournal } = await import('../journal/station-journal.ts')
        const { loadProfile } = await import('../../products/load-profile.ts')
        const { keepInspections } = await import('../../lots/keep-inspections.ts')
        const noPhotographs = named === true || (photos.length === 0 && named === undefined)
        const { product, station, acceptUnproved, configuration, open, loaded } = await chosenSettings(
          options,
          ['product', 'station'],
          [
            ...(noPhotographs ? ['photographs (or --rig <name>, on which cards are laid in)'] : []),
            ...(options.records === undefined ? [`--records <file> (${recordsAre})`] : []),
          ],
        )
        const whole = {
          ...options,
          records: options.records!,
          product,
          station,
          others: knownProducts(loaded),
          configSha256: configuration?.sha256 ?? null,
          acceptUnproved: options.acceptUnproved ?? acceptUnproved,
        }
        const clock = () => new Date().toISOString()
        await using journal = await openStationJournal(options, context.signal, loaded)
        const { requireInspector } = await import('../../lots/inspector.ts')
        await requireInspector(journal.entriesOn('people'), options.operator ?? null)
        const kept = keepInspections(journal, {
          ...whole,
          configuration,
          profile: loadProfile(product),
        })
        const { evidenceOf } = await import('../vault/station-vault.ts')
        const { openGlovebox } = await import('../../inspection/glovebox/glovebox.ts')
        // A person who asked to be shown secrets gets them from this process.
        await using glovebox = options.revealSecrets ? null : openGlovebox()
        const evidence = await evidenceOf(kept, options.operator, glovebox, loaded)
        const eyes = () => open(glovebox)
        const run = [context.signal, clock, eyes, kept, evidence, glovebox] as const
        const files = [...photos, ...(named === undefined || named === true ? [] : named)]
        context.exit(await inspectPhotographs(files, whole, processOutput(), ...run))
      },
    )
  addSettingOptions(inspect, ['journal'])
}

const recordsAre = "the lot's public records"

/** What says something of photographs that came as files means nothing of cards that lie on a rig. */
function refuseFiles(hasPhotographs: boolean, options: object): void {
  const given = options as Readonly<Record<string, unknown>>
  const ofFiles = ['together', 'light', 'appearance', 'revealSecrets', 'explain'].find(
    name => given[name] !== undefined,
  )
  if (!hasPhotographs && ofFiles === undefined) return
  const what = hasPhotographs ? 'photographs' : `--${ofFiles === 'revealSecrets' ? 'reveal-secrets' : ofFiles}`
  throw new AssayError('rig-and-files', `--rig takes its own photographs: leave out ${what}.`)
}
