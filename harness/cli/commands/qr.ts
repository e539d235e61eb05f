import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { printLine } from '../terminal.ts'

/** `assay qr`: every QR symbol in any picture, whether it belongs to a product or not. */
export function register(program: Command, context: CommandContext): void {
  program
    .command('qr')
    .summary('read every QR symbol in any picture')
    .description(
      'Reads every QR Code Model 2 symbol in each picture and says where it lies, its version and level,\nand which readers agree on it.',
    )
    .argument('<picture...>', 'JPEG, PNG, WebP or TIFF files')
    .option('--json', 'one JSON line a picture')
    .option('--reveal-secrets', 'show payloads that look like a private key (6P…, WIF, xprv)')
    .addHelpText(
      'after',
      '\nEnds with 0 when a symbol was read in every picture, 4 when one has none, 2 when a file is not a usable picture.',
    )
    .action(async (pictures: string[], options: { json?: boolean; revealSecrets?: boolean }) => {
      const { readPictures } = await import('../qr-reading.ts')
      const { noteReveal } = await import('../journal/note-reveal.ts')
      await noteReveal('qr', pictures, options, context.signal)
      context.exit(await readPictures(pictures, options, printLine, context.signal))
    })
}
