import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'

/** `assay product`: the kinds of card that Assay knows, and checking a profile of one's own. */
export function register(program: Command, context: CommandContext): void {
  const product = program
    .command('product')
    .summary('list, show and check product profiles')
    .description('A product profile is a JSON file that says what a kind of card looks like: measures, marks, rules.')
  const print = (line: string) => process.stdout.write(`${line}\n`)

  product
    .command('list')
    .summary('the products that come with Assay')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: boolean }) => {
      const { listProducts } = await import('../product-report.ts')
      context.exit(listProducts(options, print))
    })

  product
    .command('show')
    .summary('everything that a profile says')
    .argument('<name>', 'a shipped product, or the path of a profile file')
    .option('--json', 'the profile as JSON: a start for one of your own')
    .action(async (name: string, options: { json?: boolean }) => {
      const { showProduct } = await import('../product-report.ts')
      context.exit(showProduct(name, options, print))
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
      context.exit(checkProduct(file, options, print))
    })

  product
    .command('schema')
    .summary('the format as JSON Schema, for editors')
    .action(async () => {
      const { printProductSchema } = await import('../product-report.ts')
      context.exit(printProductSchema(print))
    })
}
