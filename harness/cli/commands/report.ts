import { type Command, Option } from 'commander'
import type { CommandContext } from '../context.ts'
import { addSettingOptions } from '../setting-options.ts'
import { journalCommand } from './journal-command.ts'
import { addYieldOptions } from './stats.ts'

/** `assay report`: what is written from the journal. */
export function register(program: Command, context: CommandContext): void {
  const report = program.command('report').description('write reports, and show them')
  const build = report
    .command('build')
    .summary('build the report of a folder again from the journal')
    .description(
      'Builds records, report.html and junit.xml of a folder again: everything that was ever said with that --out, whatever became of the folder. Ends with the worst of it: 5 an alarm, 2 a file that is no usable picture, 1 a unit failed, 4 no result, 0 all passed.',
    )
    .requiredOption('--out <folder>', 'the folder that inspections were given as --out')
    .option('--json', 'one JSON document on stdout')
    .action(async options => (await import('../journal/report-command.ts')).build(options, context))
  addSettingOptions(build, ['journal'])

  report
    .command('open')
    .summary('show the page of a run, a night or a release')
    .description(
      'Opens a page in the browser of this machine, or in BROWSER. A release is shown only when it is as it was signed.',
    )
    .argument('<folder>', 'what --out was, or a page itself')
    .action(async folder => (await import('../lot/open-command.ts')).openReport(folder))

  report
    .command('export')
    .summary("write a lot's release in one format, or the report of a run as PDF")
    .description(
      "Writes a lot's release in one format, from its record and only when that is as it was signed: for another tool, or on another paper.",
    )
    .argument('<folder>', 'the release, or for a PDF what --out of a run was')
    .addOption(
      new Option('--as <format>', 'what to write')
        .choices(['junit', 'ctrf', 'openhtf', 'units', 'checks', 'html', 'pdf'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'a new file')
    .addOption(new Option('--paper <size>', 'of a PDF').choices(['a4', 'letter']).default('a4'))
    .option('--json', 'one JSON document on stdout')
    .action(async (folder, options) =>
      (await import('../lot/export-command.ts')).exportReport(folder, options, context),
    )

  addYieldOptions(journalCommand(report, 'gallery', 'write a page of past runs and lots, with their yield'))
    .requiredOption('--out <file>', 'the page, written over')
    .action(async options => (await import('../stats/stats-command.ts')).writeGallery(options))
}
