import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { addSettingOptions } from '../setting-options.ts'
import { journalCommand } from './journal-command.ts'
import { addYieldOptions } from './stats.ts'

/** `assay report`: what is written from the journal. */
export function register(program: Command, context: CommandContext): void {
  const report = program.command('report').description('write reports from the journal')
  const build = report
    .command('build')
    .summary('build the report of a folder again from the journal')
    .description(
      'Builds records, report.html and junit.xml of a folder again: everything that was ever said with that --out, whatever became of the folder. Ends with the worst of it, as assay inspect does.',
    )
    .requiredOption('--out <folder>', 'the folder that inspections were given as --out')
    .option('--json', 'one JSON document on stdout')
    .action(async options => (await import('../journal/report-command.ts')).build(options, context))
  addSettingOptions(build, ['journal'])

  addYieldOptions(journalCommand(report, 'gallery', 'write a page of past runs and lots, with their yield'))
    .requiredOption('--out <file>', 'the page, written over')
    .action(async options => (await import('../stats/stats-command.ts')).writeGallery(options))
}
