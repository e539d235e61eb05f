import { noteDeed } from '../../core/deeds.ts'
import { Secret } from '../../core/secret.ts'
import type { SiteName } from '../../line/ledger/steps.ts'
import { OperatorName } from '../../line/line-settings.ts'
import { airGap } from '../../line/separation/air-gap.ts'
import { launchSite, type SiteLaunch } from '../../line/separation/launch-site.ts'
import type { SiteCommand } from '../../line/site/checked-command.ts'
import type { commandsOfA } from '../../line/site-a/commands-of-a.ts'
import type { commandsOfB } from '../../line/site-b/commands-of-b.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import type { CommandContext } from '../context.ts'
import { showProgress } from '../progress.ts'
import { printDocument, printLine } from '../terminal.ts'
import { LineInputError } from './line-input.ts'

/** What every command of a site takes. */
export interface SiteOptions {
  readonly site: string
  readonly operator: string
  readonly passwordFd?: number
  readonly json?: boolean
}

interface Commands {
  readonly A: typeof commandsOfA
  readonly B: typeof commandsOfB
}
export type CommandOf<Site extends SiteName> = keyof Commands[Site] & string
/** What a site answers to a command. */
export type SiteAnswer<Site extends SiteName, Command extends CommandOf<Site>> =
  Commands[Site][Command] extends SiteCommand<infer Result> ? Result : never

type Request = Readonly<Record<string, unknown>>

/**
 * Runs a command in the site's own process, showing how far it is.
 *
 * @param request what the command takes; as a function, what is asked for after the password
 */
export async function siteCommand<Site extends SiteName, Command extends CommandOf<Site>>(
  site: Site,
  command: Command,
  request: Request | (() => Promise<Request>),
  options: SiteOptions,
  context: CommandContext,
  more: Pick<SiteLaunch, 'reads' | 'writes'> & { readonly input?: SecretInput } = {},
): Promise<SiteAnswer<Site, Command>> {
  if (!OperatorName.safeParse(options.operator).success) {
    throw new LineInputError(
      'operator-name',
      'An operator is named by 2 to 32 lower-case letters, digits, dots and dashes.',
    )
  }
  const { input = new SecretInput(), ...rest } = more
  const typed = await input.read(`password of site ${site}`, options.passwordFd, context.signal)
  using password = Secret.ofBytes(typed)
  typed.fill(0)
  const complete = typeof request === 'function' ? await request() : request
  using progress = showProgress(process.stderr)
  if (airGap().state === 'not-enforced')
    progress.say('Air gap not enforced: this system cannot take the network away from the process.')
  const answer = await launchSite({
    site,
    folder: options.site,
    command,
    operator: options.operator,
    password,
    options: complete,
    signal: context.signal,
    ...rest,
    onNews: news => {
      if (news.news === 'note') progress.say(news.text)
      else progress.of(news.doing, news.done, news.total)
    },
  })
  noteDeed(options.site, `has done ${command}`)
  return answer as SiteAnswer<Site, Command>
}

/** The result: one JSON document for programs, or sentences. */
export function say({ json }: { readonly json?: boolean }, result: unknown, lines: readonly string[]): void {
  if (json === true) printDocument(result)
  else for (const line of lines) printLine(line)
}
