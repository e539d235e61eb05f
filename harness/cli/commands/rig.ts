import { type Command, InvalidArgumentError } from 'commander'
import type { CommandContext } from '../context.ts'

type RigCommands = typeof import('../rig/rig-commands.ts')

/** `assay rig`: everything about the rig itself. What drives it takes its lease first and leaves it safe. */
export function register(program: Command, context: CommandContext): void {
  const rig = program
    .command('rig')
    .summary('look after the rig: list, doctor, home, shoot, preview, calibrate, simulate, serve')
    .description(
      'Looks after the rigs that assay.config names. "virtual" is always there; a command without a name takes rig.name.',
    )
  const commands = () => import('../rig/rig-commands.ts')
  /** Of a command that takes the name of a rig. */
  const withRig =
    <Options>(
      choose: (
        all: RigCommands,
      ) => (name: string | undefined, options: Options, context: CommandContext) => Promise<void>,
    ) =>
    async (name: string | undefined, options: Options) =>
      await choose(await commands())(name, options, context)

  /** Of a command whose session with the bench can be written down, and played back later. */
  const withSession = (command: Command) =>
    command
      .option('--capture <file>', 'write everything that goes over the wires of the rig to a file')
      .option('--capture-pictures', 'write the pictures of the camera down as well, in clear: to play them back')
      .option(
        '--replay <file>',
        'play a captured session back instead of driving the rig, and end with 3 at a difference',
      )

  rig
    .command('list')
    .description('list the rigs of the configuration, what they drive, and who holds them')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { readonly json?: boolean }) => (await commands()).listRigs(options))

  withSession(rig.command('doctor'))
    .argument('[rig]', 'a rig of the configuration')
    .description(
      'examine every device: answers, versions, times, lamps and motion as the camera sees them, calibration',
    )
    .option('--json', 'one JSON document on stdout')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .addHelpText(
      'after',
      `
Lay the calibration target into the nest first: without it sharpness, scale and repeatability are not measured.
Ends with 0 when all is well, 3 when something is not, 4 when something could not be measured.

  $ assay rig doctor virtual`,
    )
    .action(withRig(all => all.doctorRig))

  withSession(rig.command('home'))
    .argument('[rig]', 'a rig of the configuration')
    .description('connect, put all lamps out, clear an alarm and home the stage')
    .option('--json', 'one JSON document on stdout')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .action(withRig(all => all.homeRig))

  withSession(rig.command('shoot'))
    .argument('[rig]', 'a rig of the configuration')
    .description('take photographs and save them, each with a JSON file that says how it was taken')
    .option('-l, --light <preset>', 'dome, ring, left, right, dark, or all', 'dome')
    .option('--pose <name>', 'a pose of the stage', 'inspect')
    .option('--exposure <ms>', 'exposure time, ms (default: as the camera is configured)', millisecondsOf)
    .option('--count <number>', 'photographs under each light', countOf, 1)
    .option('-o, --out <folder>', 'where to save them', 'shots')
    .option('--lay <thing>', 'virtual rigs: target, verification or nothing', 'target')
    .option('--json', 'one JSON document on stdout')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .addHelpText(
      'after',
      `
Whatever is in view is saved in clear: take no photograph of open secrets with this command.

  $ assay rig shoot virtual --light all --out shots`,
    )
    .action(withRig(all => all.shootRig))

  rig
    .command('preview')
    .argument('[rig]', 'a rig of the configuration')
    .description('show live pictures on a page of this machine, or save frames to a folder, until Ctrl-C')
    .option('-l, --light <preset>', 'dome, ring, left, right or dark', 'dome')
    .option('--port <number>', 'port of the page', portOf, 8140)
    .option('-o, --out <folder>', 'save frames there instead of showing a page')
    .option('--frames <number>', 'end after so many frames', countOf)
    .option('--lay <thing>', 'virtual rigs: target, verification or nothing', 'target')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .addHelpText(
      'after',
      `
What is in view is shown to whoever uses this machine, and saved in clear with --out: keep open secrets out of view.`,
    )
    .action(withRig(all => all.previewRig))

  withSession(rig.command('calibrate'))
    .argument('[rig]', 'a rig of the configuration')
    .description('measure scale, lens, lamps, darkness, sharpness and stage on two printed targets, and write it down')
    .option('-y, --yes', 'ask nothing: the calibration target lies in the nest')
    .option('--no-verify', 'leave out the proof on the second target')
    .option('--lens <name>', 'the lens, for the record')
    .option('--operator <name>', 'who calibrates, for the record')
    .option('-o, --out <file>', 'write it there instead of to the calibration file of the rig')
    .option('--json', 'one JSON document on stdout')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .addHelpText(
      'after',
      `
Print the targets with: assay rig target
Ends with 0 when the rig may judge units, 3 when a figure is out of its limits (nothing is written then).

  $ assay rig calibrate virtual --yes --out calibration.json`,
    )
    .action(withRig(all => all.calibrateRig))

  rig
    .command('target')
    .argument('[file]', 'the PDF to write', 'targets.pdf')
    .description('write the two calibration targets as a PDF, to be printed at 100 %')
    .action(async (file: string) => (await commands()).printTargets(file))

  rig
    .command('simulate')
    .argument('[rig]', 'a virtual rig of the configuration')
    .description(
      'run a virtual bench that other programs drive: GRBL on a pseudo-terminal, a camera on HTTP, until Ctrl-C',
    )
    .option('--pty', 'the controller on a pseudo-terminal (what a GRBL program opens as its serial port)')
    .option('--port <number>', 'port of the camera; 0 for any that is free', portOf, 0)
    .option('--lay <thing>', 'target, verification, nothing, or unit', 'target')
    .option('--unit <file>', 'make a good sealed unit that can be laid in, and write its public records there')
    .option('--hurry <times>', 'times faster than real machinery', hurryOf, 1)
    .option('--json', 'one JSON document on stdout once it runs')
    .action(withRig(all => all.simulateRig))

  withSession(rig.command('serve'))
    .argument('[rig]', 'a rig of the configuration')
    .description(
      'hold the rig open for scenarios of this machine, which attach to it instead of opening it, until Ctrl-C',
    )
    .option('--json', 'one JSON document on stdout once it runs')
    .option('--wait <seconds>', 'wait for a rig that another program holds', secondsOf, 0)
    .action(withRig(all => all.serveRig))
}

const secondsOf = (text: string) => numberOf(text, 0, 86_400)
const millisecondsOf = (text: string) => numberOf(text, 0.001, 600_000)
const hurryOf = (text: string) => numberOf(text, 0.01, 1000)
const countOf = (text: string) => wholeNumber(text, 1, 1_000_000)
const portOf = (text: string) => wholeNumber(text, 0, 65_535)

function numberOf(text: string, min: number, max: number): number {
  const number = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || number < min || number > max) {
    throw new InvalidArgumentError(`It takes a number from ${min} to ${max}.`)
  }
  return number
}

function wholeNumber(text: string, min: number, max: number): number {
  const number = numberOf(text, min, max)
  if (!Number.isInteger(number)) throw new InvalidArgumentError('It takes a whole number.')
  return number
}
