import { registerHooks } from 'node:module'

/*
 * A program: `assay inspect --rig` or `assay spot-check` (first argument) with a rig and eyes that take no time, and somebody who
 * presses Enter for ever, so that what keeps their results can be killed often. Then: lot file, folder of --out. The journal is that of
 * ASSAY_JOURNAL.
 */

registerHooks({
  resolve: (specifier, context, next) =>
    context.parentURL?.endsWith('/harness/cli/lot/lot-session.ts') === true &&
    /(?:rig-session|chosen-rig|chosen-settings)\.ts$/.test(specifier)
      ? next(new URL('./quick-rig-parts.testing.ts', import.meta.url).href, context)
      : next(specifier, context),
})

const { atQuickRig } = await import('./quick-rig-person.testing.ts')
const [command = '', records = '', out = ''] = process.argv.slice(2)
process.exitCode = await atQuickRig(command, records, out)
