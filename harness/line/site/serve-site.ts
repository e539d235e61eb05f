import { availableParallelism } from 'node:os'
import type { ScryptEngine } from '../../bip38/scrypt/engine.ts'
import { AssayError, exitCodes, kindAndPlace } from '../../core/assay-error.ts'
import type { Random } from '../../core/random.ts'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import type { SiteName } from '../ledger/steps.ts'
import { LineError } from '../line-error.ts'
import type { SiteCommand } from './checked-command.ts'
import { type SiteEnd, type SiteNews, SiteRequest } from './site-request.ts'
import { siteScrypt } from './site-scrypt.ts'

export type SiteCommands = Readonly<Record<string, SiteCommand>>

/** What a process may be given instead of the real thing, in tests. */
export interface SiteTools {
  readonly scrypt?: ScryptEngine
  readonly random?: Random
  readonly now?: () => Date
}

/**
 * The whole life of a site's process: one request on standard input, news and the result on standard output, one line of
 * JSON each. Ends when the outside does: a site never goes on without the command that started it.
 */
export async function serveSite(site: SiteName, commands: SiteCommands, tools: SiteTools = {}): Promise<void> {
  const controller = new AbortController()
  const stop = () =>
    controller.abort(
      new LineError('interrupted', 'stopped; the same command goes on where it was.', {
        exitCode: exitCodes.interrupted,
      }),
    )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const tell = (line: SiteNews | SiteEnd): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
  process.stdout.on('error', stop)
  try {
    const request = await readRequest(stop)
    if (request.site !== site) throw new LineError('site-other', `This process is of site ${site}.`)
    const command = commands[request.command]
    if (command === undefined)
      throw new LineError('command-unknown', `Site ${site} has no command «${request.command}».`)
    using password = Secret.ofBytes(Buffer.from(request.password, 'base64'))
    const { folder, operator, airGap } = request
    const value = await command(
      {
        folder,
        site,
        operator,
        password,
        airGap,
        now: tools.now ?? (() => new Date()),
        random: tools.random ?? systemRandom,
        scrypt: tools.scrypt ?? siteScrypt(availableParallelism()),
        parallel: availableParallelism(),
        signal: controller.signal,
        tell,
      },
      request.options,
    )
    tell({ news: 'result', value })
  } catch (error) {
    tell(endOf(error))
  }
  process.stdout.write('', () => process.exit())
}

/** An error that is none of ours may quote what it worked on: only its class leaves the process. */
function endOf(error: unknown): SiteEnd {
  if (error instanceof AssayError) {
    return { news: 'error', code: error.code, sentence: error.message, exitCode: error.exitCode }
  }
  const sentence = `unexpected ${kindAndPlace(error)}; this is a defect in Assay.`
  return { news: 'error', code: null, sentence, exitCode: exitCodes.internal }
}

function readRequest(onEnd: () => void): Promise<SiteRequest> {
  const { promise, resolve, reject } = Promise.withResolvers<SiteRequest>()
  let parts: Buffer[] = []
  process.stdin.on('data', (part: Buffer) => {
    const end = part.indexOf(0x0a)
    parts.push(end < 0 ? part : part.subarray(0, end))
    if (end < 0) return
    const line = Buffer.concat(parts)
    for (const piece of parts) piece.fill(0)
    parts = []
    const text = line.toString()
    line.fill(0)
    try {
      resolve(SiteRequest.parse(JSON.parse(text)))
    } catch {
      reject(new LineError('request-unreadable', 'The request cannot be read.'))
    }
  })
  process.stdin.on('end', () => {
    reject(new LineError('request-unreadable', 'There is no request.'))
    onEnd()
  })
  return promise
}
