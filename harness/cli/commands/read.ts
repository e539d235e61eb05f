import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { ReadCommandOptions } from '../photographs/read-photographs.ts'

/** `assay read`: what is on photographs of cards, with nothing expected and nothing judged. */
export function register(program: Command, context: CommandContext): void {
  program
    .command('read')
    .summary('read photographs of cards: every QR code, text and cover')
    .description(
      'Reads every mark of the product in each photograph, blind: nothing is expected and nothing is judged. The card may lie in any orientation, and be photographed by hand.',
    )
    .argument('[photo...]', 'JPEG, PNG, WebP or TIFF files')
    .option('-p, --product <product>', 'a shipped product, or the path of a profile file (ASSAY_PRODUCT, assay.config)')
    .option('-s, --state <state>', 'printed, stickered, etched, sealed or opened: which marks should lie open')
    .option(
      '--light <name>',
      'the light that the photographs were taken under, where no file of assay rig shoot says it',
    )
    .option('--appearance <file>', 'what good units look like, instead of what the product names')
    .option('--json', 'one JSON document a photograph')
    .option('--reveal-secrets', 'show passphrase and EPK in clear')
    .option('--explain <file>', 'write an HTML page with every intermediate picture')
    .addHelpText(
      'after',
      `
Ends with 0 when a card was read in every photograph, and every mark that is there (with --state: that should lie open),
4 when one shows no card or a mark could not be read, 2 when a file is not a usable picture.

  $ assay read card.jpg --product assay-reference`,
    )
    .action(async (photos: string[], options: Omit<ReadCommandOptions, 'product'> & { product?: string }) => {
      const { chosenSettings } = await import('../photographs/chosen-settings.ts')
      const { readPhotographs } = await import('../photographs/read-photographs.ts')
      const { processOutput } = await import('../photographs/output.ts')
      const { product, open } = await chosenSettings(
        { product: options.product },
        ['product'],
        photos.length === 0 ? ['photographs'] : [],
      )
      const { noteReveal } = await import('../journal/note-reveal.ts')
      await noteReveal('read', photos, options, context.signal)
      const { tellLine } = await import('../terminal.ts')
      tellLine(`assay: ${photos.length} ${photos.length === 1 ? 'photograph' : 'photographs'} of ${product}; reading.`)
      context.exit(await readPhotographs(photos, { ...options, product }, processOutput(), context.signal, open))
    })
}
