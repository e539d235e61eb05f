import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { printLine } from '../terminal.ts'

/** `assay text`: one line of text in any crop. */
export function register(program: Command, context: CommandContext): void {
  program
    .command('text')
    .summary('read one line of text in any crop')
    .description(
      'Reads one line of printed or etched text in each crop, under the alphabet and pattern that it must have,\nand says how sure it is of every character and what else each could be.',
    )
    .argument('<crop...>', 'JPEG, PNG, WebP or TIFF files, each showing one upright line')
    .option(
      '--alphabet <symbols>',
      'symbols that may occur, ranges like A-Z0-9 included, or digits, letters, base58, bech32',
      'A-Z0-9',
    )
    .option(
      '--pattern <template>',
      'one sign a character: A a letter, 9 a digit, * any symbol, anything else itself; AA9{7} repeats',
    )
    .option('--made <how>', 'printed or etched', 'printed')
    .option(
      '--font <file>',
      'the TrueType or OpenType font that the text is set in, where you know it: a third witness',
    )
    .option('--json', 'one JSON line a picture')
    .option('--reveal-secrets', 'show texts that look like a private key (6P…, WIF, xprv)')
    .addHelpText(
      'after',
      '\nEnds with 0 when every line was read, 4 when one was not sure enough, 2 when a file is not a usable picture.',
    )
    .action(async (crops: string[], options: TextOptions) => {
      const { readCrops } = await import('../text-reading.ts')
      const { noteReveal } = await import('../journal/note-reveal.ts')
      await noteReveal('text', crops, options, context.signal)
      context.exit(await readCrops(crops, options, printLine, context.signal))
    })
}

export interface TextOptions {
  readonly alphabet: string
  readonly pattern?: string
  readonly made: string
  readonly font?: string
  readonly json?: boolean
  readonly revealSecrets?: boolean
}
