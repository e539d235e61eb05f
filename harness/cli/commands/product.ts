import { type Command, Option } from 'commander'
import { AssayError } from '../../core/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { cardSize, descriptor, numberFrom, wholeFrom } from '../option-values.ts'
import type { TeachOptions } from '../product-teach.ts'
import { addSettingOptions } from '../setting-options.ts'
import { printLine } from '../terminal.ts'

interface AppearanceCommandOptions {
  readonly records?: string
  readonly light?: string
  readonly virtual?: boolean
  readonly units: number
  readonly out?: string
}

/** `assay product`: the kinds of card that Assay knows, and checking a profile of one's own. */
export function register(program: Command, context: CommandContext): void {
  const product = program
    .command('product')
    .summary('list, show and check product profiles')
    .description('A product profile is a JSON file that says what a kind of card looks like: measures, marks, rules.')

  product
    .command('list')
    .summary('the products that come with Assay')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: boolean }) => {
      const { listProducts } = await import('../product-report.ts')
      context.exit(listProducts(options, printLine))
    })

  product
    .command('show')
    .summary('everything that a profile says')
    .argument('<name>', 'a shipped product, or the path of a profile file')
    .option('--json', 'the profile as JSON: a start for one of your own')
    .action(async (name: string, options: { json?: boolean }) => {
      const { showProduct } = await import('../product-report.ts')
      context.exit(showProduct(name, options, printLine))
    })

  product
    .command('check')
    .summary('say what is wrong with a profile file, and draw it')
    .argument('<file>', 'a profile file')
    .option('--svg <file>', 'draw card, sticker and marks with names and mm')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nEnds with 0 when the profile is sound, 2 when it is not.')
    .action(async (file: string, options: { svg?: string; json?: boolean }) => {
      const { checkProduct } = await import('../product-report.ts')
      context.exit(checkProduct(file, options, printLine))
    })

  product
    .command('appearance')
    .summary('learn what good units of a product look like')
    .description(
      'Learns what good units look like under one light, from photographs of at least five of them; each has to pass everything else. What no good unit shows is found afterwards, however faint. Further lights are added to the same file.',
    )
    .argument('<profile>', 'a shipped product, or the path of a profile file')
    .argument('[photo...]', 'JPEG, PNG, WebP or TIFF files of good units')
    .option('-r, --records <file>', "the lot's public records, JSON")
    .option('--light <name>', 'the light that they were taken under, where no file of assay rig shoot says it')
    .option('--virtual', 'learn from units on the virtual rig instead of photographs')
    .option('--units <number>', 'with --virtual: how many', wholeFrom(5, 100), 8)
    .option('--out <file>', 'the file to write or to add to; NAME.appearance.json when left out')
    .addHelpText(
      'after',
      `
Prints the entry by which the profile names the file, with its digest. Ends with 0, or with 4 when a photograph was
left out because its unit did not pass.

  $ assay product appearance mine.json --records lot.json --light dome good/*.jpg`,
    )
    .action(async (profile: string, photos: string[], options: AppearanceCommandOptions) => {
      const { processOutput } = await import('../photographs/output.ts')
      if (options.virtual === true) {
        const { learnVirtualAppearance } = await import('../product-appearance-virtual.ts')
        context.exit(await learnVirtualAppearance(profile, options, processOutput(), context.signal))
        return
      }
      const { records, ...rest } = options
      if (records === undefined || photos.length === 0)
        throw new AssayError(
          'appearance-input',
          'Name the photographs of good units and the records of their lot (--records FILE), or say --virtual.',
        )
      const { learnAppearance } = await import('../product-appearance.ts')
      context.exit(await learnAppearance(profile, photos, { ...rest, records }, processOutput(), context.signal))
    })

  registerTeach(product, context)

  product
    .command('schema')
    .summary('the format as JSON Schema, for editors')
    .action(async () => {
      const { printProductSchema } = await import('../product-report.ts')
      context.exit(printProductSchema(printLine))
    })
}

function registerTeach(product: Command, context: CommandContext): void {
  const teach = product
    .command('teach')
    .summary('make a product profile from photographs of good units')
    .description(
      'Makes a profile from photographs of 3 to 20 good units whose texts are known: where everything stands, how texts are set, what their characters look like, and from five units on what good units look like.',
    )
    .argument(
      '<photo...>',
      'JPEG, PNG, WebP or TIFF files, or folders of them; a folder or file named after a state says it',
    )
    .requiredOption('-r, --records <file>', "the units' public records, JSON")
    .requiredOption('--out <folder>', 'where the profile, its other files and a page are written')
    .option('--name <name>', "the product's name (default: that of the records)")
    .option('--title <text>', 'what people call it')
    .option('--card <mm>', 'width × height of the card, such as 86x54', cardSize, { width: 85.6, height: 53.98 })
    .option('--corner-radius <mm>', 'of the card', numberFrom(0, 20), 3.2)
    .option('--thickness <mm>', 'of the card', numberFrom(0.1, 10), 1.2)
    .addOption(
      new Option('--finish <name>', 'of the card')
        .choices(['brushed-steel', 'gold', 'plastic'])
        .default('brushed-steel'),
    )
    .option(
      '--light <name>',
      'the light of all photographs, where neither their names nor files of assay rig shoot say it',
    )
    .option('--no-passphrases', 'the units show none, or nobody tells them: their mark is not learned')
    .option(
      '--secrets-fd <fd>',
      'read «SERIAL PASSPHRASE» lines from this file descriptor instead of asking',
      descriptor,
    )
    .option('--by <name>', 'who teaches, by the register of people')
    .option('--sign-with <file>', 'the key of whoever does it (assay people key), where the register has theirs')
    .option('--passphrase-fd <fd>', 'read the passphrase of that key from this file descriptor', descriptor)
    .addHelpText(
      'after',
      `
Passphrases are asked for one by one, as they stand on the card, and are not kept. Run it again with more units: what
a person changed in the profile stays. Ends with 0, or with 4 when a unit or a photograph was left out.

  $ assay product teach golden/ --records lot.json --card 86x54 --out taught`,
    )
    .action(async (photos: string[], options: TeachOptions) => {
      const { teachProduct } = await import('../product-teach.ts')
      const { processOutput } = await import('../photographs/output.ts')
      context.exit(await teachProduct(photos, options, processOutput(), context.signal))
    })
  addSettingOptions(teach, ['journal'])
}
