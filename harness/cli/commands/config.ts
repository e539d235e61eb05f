import type { Command } from 'commander'
import { addSettingOptions } from '../setting-options.ts'

/** `assay config print`: every setting, its value and who gave it. */
export function register(program: Command): void {
  const config = program.command('config').description('show the configuration and where each value comes from')
  const print = config
    .command('print')
    .description('print every setting with its value and its source (flag > environment > file > default)')
    .option('--json', 'one JSON document on stdout')
    .action(async () => {
      const { printConfig } = await import('../config-listing.ts')
      await printConfig(print.opts())
    })
  addSettingOptions(print)
}
