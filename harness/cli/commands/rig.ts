import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { numberFrom, wholeFrom } from '../option-values.ts'

type RigCommand<Options> = (name: string | undefined, options: Options, context: CommandContext) => Promise<void>

/** `assay rig`: everything about the rig itself. What drives it takes its lease first and leaves it safe. */
export function register(program: Command, context: CommandContext): void {
  const rig = program
    .command('rig')
    .summary('look after the rig: list, doctor, home, shoot, preview, calibrate, simulate, serve')
    .description(
      'Looks after the rigs that assay.config names. "virtual" is always there; a command without a name takes rig.name.',
    )
  const onRig = <Options>(name: string, description: string, load: () => Promise<RigCommand<Options>>) =>
    rig
      .command(name)
      .argument('[rig]', `a ${name === 'simulate' ? 'virtual ' : ''}rig of the configuration`)
      .description(description)
      .action(async (rigName: string | undefined, options: Options) => (await load())(rigName, options, context))
  const waiting = (command: Command) =>
    command.option('--wait <seconds>', 'wait for a rig that another program holds', numberFrom(0, 86_400), 0)
  /** Its session with the bench can be written down, and played back later. */
  const withSession = (command: Command) =>
    waiting(command)
      .option('--capture <file>', 'write everything that goes over the wires of the rig to a file')
      .option('--capture-pictures', 'write the pictures of the camera down as well, in clear: to play them back')
      .option(
        '--replay <file>',
        'play a captured session back instead of driving the rig, and end with 3 at a difference',
      )
      .option('--json', 'one JSON document on stdout')

  rig
    .command('list')
    .description('list the rigs of the configuration, what they drive, and who holds them')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { readonly json?: boolean }) => (await import('../rig/list.ts')).listRigs(options))

  withSession(
    onRig(
      'doctor',
      'examine every device: answers, versions, times, lamps and motion as the camera sees them, calibration',
      async () => (await import('../rig/doctor.ts')).doctorRig,
    ),
  ).addHelpText(
    'after',
    `
Lay the calibration target into the nest first: without it sharpness, scale and repeatability are not measured.
Ends with 0 when all is well, 3 when something is not, 4 when something could not be measured.

  $ assay rig doctor virtual`,
  )

  withSession(
    onRig(
      'home',
      'connect, put all lamps out, clear an alarm and home the stage',
      async () => (await import('../rig/home.ts')).homeRig,
    ),
  )

  const shoot = onRig(
    'shoot',
    'take photographs and save them, each with a JSON file that says how it was taken',
    async () => (await import('../rig/shoot.ts')).shootRig,
  )
    .option('-l, --light <preset>', 'dome, ring, left, right, dark, or all', 'dome')
    .option('--pose <name>', 'a pose of the stage', 'inspect')
    .option('--exposure <ms>', 'exposure time, ms (default: as the camera is configured)', numberFrom(0.001, 600_000))
    .option('--count <number>', 'photographs under each light', wholeFrom(1, 1_000_000), 1)
    .option('-o, --out <folder>', 'where to save them', 'shots')
    .option('--lay <thing>', 'virtual rigs: target, verification or nothing', 'target')
  withSession(shoot).addHelpText(
    'after',
    `
Whatever is in view is saved in clear: take no photograph of open secrets with this command.

  $ assay rig shoot virtual --light all --out shots`,
  )

  const preview = onRig(
    'preview',
    'show live pictures on a page of this machine, or save frames to a folder, until Ctrl-C',
    async () => (await import('../rig/preview.ts')).previewRig,
  )
    .option('-l, --light <preset>', 'dome, ring, left, right or dark', 'dome')
    .option('--port <number>', 'port of the page', wholeFrom(0, 65_535), 8140)
    .option('-o, --out <folder>', 'save frames there instead of showing a page')
    .option('--frames <number>', 'end after so many frames', wholeFrom(1, 1_000_000))
    .option('--lay <thing>', 'virtual rigs: target, verification or nothing', 'target')
  waiting(preview).addHelpText(
    'after',
    `
What is in view is shown to whoever has the address of the page, and saved in clear with --out: keep open secrets out of
view.`,
  )

  const calibrate = onRig(
    'calibrate',
    'measure scale, lens, lamps, darkness, sharpness and stage on two printed targets, and write it down',
    async () => (await import('../rig/calibrate-rig.ts')).calibrateRig,
  )
    .option('-y, --yes', 'ask nothing: the calibration target lies in the nest')
    .option('--no-verify', 'leave out the proof on the second target')
    .option('--lens <name>', 'the lens, for the record')
    .option('--operator <name>', 'who calibrates, for the record')
    .option('-o, --out <file>', 'write it there instead of to the calibration file of the rig')
  withSession(calibrate).addHelpText(
    'after',
    `
Print the targets with: assay rig target
Ends with 0 when the rig may judge units, 3 when a figure is out of its limits (nothing is written then).

  $ assay rig calibrate virtual --yes --out calibration.json`,
  )

  rig
    .command('target')
    .argument('[file]', 'the PDF to write', 'targets.pdf')
    .description('write the two calibration targets as a PDF, to be printed at 100 %')
    .action(async (file: string) => (await import('../rig/target-pdf.ts')).printTargets(file))

  onRig(
    'simulate',
    'run a virtual bench that other programs drive: GRBL on a pseudo-terminal, a camera on HTTP, until Ctrl-C',
    async () => (await import('../rig/simulate.ts')).simulateRig,
  )
    .option('--pty', 'the controller on a pseudo-terminal (what a GRBL program opens as its serial port)')
    .option('--port <number>', 'port of the camera; 0 for any that is free', wholeFrom(0, 65_535), 0)
    .option('--lay <thing>', 'target, verification, nothing, or unit', 'target')
    .option('--unit <file>', 'make a good sealed unit that can be laid in, and write its public records there')
    .option('--hurry <times>', 'times faster than real machinery', numberFrom(0.01, 1000), 1)
    .option('--json', 'one JSON document on stdout once it runs')

  withSession(
    onRig(
      'serve',
      'hold the rig open for scenarios of this machine, which attach to it instead of opening it, until Ctrl-C',
      async () => (await import('../rig/serve.ts')).serveRig,
    ),
  )
}
