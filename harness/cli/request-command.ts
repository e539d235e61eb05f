import type { Command } from 'commander'

export const jsonRequests = 'one JSON request a line on stdin, one JSON answer a line on stdout, in order'

/** A command that other programs can drive as well. @param requests the form of a request and of its answer */
export const requestCommand = (
  parent: Command,
  name: string,
  summary: string,
  description: string,
  requests: string,
): Command =>
  parent
    .command(name)
    .summary(summary)
    .description(description)
    .option('--json', jsonRequests)
    .addHelpText('after', `\nRequests: ${requests}`)
