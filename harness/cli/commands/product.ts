import type { Command } from 'commander'
import { AssayError } from '../../core/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { wholeFrom } from '../option-values.ts'
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

  product
    .command('schema')
    .summary('the format as JSON Schema, for editors')
    .action(async () => {
      const { printProductSchema } = await import('../product-report.ts')
      context.exit(printProductSchema(printLine))
    })
}
