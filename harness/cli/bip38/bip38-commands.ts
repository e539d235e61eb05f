import { chooseEngine, measureEngines, threadCount } from '../../bip38/index.ts'
import { exactText } from '../../core/exact-text.ts'
import { Secret } from '../../core/secret.ts'
import type { CommandContext } from '../context.ts'
import { printLine, tellLine } from '../terminal.ts'
import { describeAddresses, describeCheck, describeCode, describeFields, describeKey } from './describe.ts'
import { type Handler, handlers } from './handlers.ts'
import { RequestError } from './ndjson.ts'
import { answerOne, answerStandardInput, type RunOptions } from './run-handler.ts'
import { SecretInput } from './secret-input.ts'

/*
 * The actions behind `assay bip38` and `assay coins`: a person's arguments and secrets become the same request that another
 * program would send, so that both are answered by the same handler.
 */

interface SecretOptions extends RunOptions {
  readonly keyFd?: number
  readonly epkFd?: number
  readonly seedbFd?: number
  readonly passphraseFd?: number
}

const text = exactText

export async function inspect(code: string | undefined, options: RunOptions, context: CommandContext): Promise<void> {
  if (code === undefined && options.json) return answerStandardInput(handlers.inspect, options, context)
  if (code?.startsWith('6P')) {
    tellLine(
      'assay: an encrypted private key on the command line can be seen by other programs; leave it out to be asked for it.',
    )
  }
  const given = code ?? text(await new SecretInput().read('code', undefined, context.signal))
  await answerOne(handlers.inspect, { code: given }, options, context, describeCode)
}

export async function encrypt(
  options: SecretOptions & { uncompressed?: boolean },
  context: CommandContext,
): Promise<void> {
  if (options.json) return answerStandardInput(handlers.encrypt, options, context)
  const input = new SecretInput()
  const key = text(await input.read('private key (WIF or hexadecimal)', options.keyFd, context.signal))
  const passphrase = await readPassphrase(input, options, context)
  const privateKey = /^[0-9a-fA-F]{64}$/.test(key)
    ? { privateKey: key, compressed: options.uncompressed !== true }
    : { wif: key, ...(options.uncompressed ? { compressed: false } : {}) }
  await answerOne(handlers.encrypt, { ...privateKey, passphrase }, options, context, onlyValue('epk'))
}

export async function intermediate(
  options: SecretOptions & { ownerSalt?: string; lot?: number; sequence?: number },
  context: CommandContext,
): Promise<void> {
  if (options.json) return answerStandardInput(handlers.intermediate, options, context)
  const { lot, sequence } = options
  const length = lot === undefined && sequence === undefined ? 8 : 4
  const ownerSalt = options.ownerSalt ?? Buffer.from(crypto.getRandomValues(new Uint8Array(length))).toString('hex')
  const passphrase = await readPassphrase(new SecretInput(), options, context)
  const request = { passphrase, ownerSalt, lot, sequence }
  await answerOne(handlers.intermediate, request, options, context, onlyValue('intermediateCode'))
}

export async function generate(
  code: string | undefined,
  options: SecretOptions & { uncompressed?: boolean },
  context: CommandContext,
): Promise<void> {
  if (code === undefined) return answerRequests(handlers.generate, 'an intermediate code', options, context)
  const fd = options.seedbFd
  const seedb = fd === undefined ? undefined : text(await new SecretInput().read('seedb', fd, context.signal))
  const request = { intermediateCode: code, seedb, compressed: options.uncompressed !== true }
  await answerOne(handlers.generate, request, options, context, describeFields)
}

export async function verify(code: string | undefined, options: SecretOptions, context: CommandContext): Promise<void> {
  if (code === undefined) return answerRequests(handlers.verify, 'a confirmation code', options, context)
  const passphrase = await readPassphrase(new SecretInput(), options, context)
  await answerOne(handlers.verify, { confirmationCode: code, passphrase }, options, context, describeKey)
}

export async function decrypt(options: SecretOptions, context: CommandContext): Promise<void> {
  if (options.json) return answerStandardInput(handlers.decrypt, options, context)
  const input = new SecretInput()
  const epk = text(await input.read('encrypted private key', options.epkFd, context.signal))
  const passphrase = await readPassphrase(input, options, context)
  await answerOne(handlers.decrypt, { epk, passphrase }, options, context, describeKey)
}

interface CheckOptions extends SecretOptions {
  readonly intermediateCode?: string
  readonly confirmationCode?: string
  readonly address?: string
  readonly withEpk?: boolean
  readonly withPassphrase?: boolean
}

export async function check(options: CheckOptions, context: CommandContext): Promise<void> {
  const { intermediateCode, confirmationCode, address, epkFd, passphraseFd } = options
  const wantsEpk = options.withEpk === true || epkFd !== undefined
  const wantsPassphrase = options.withPassphrase === true || passphraseFd !== undefined
  const parts = [intermediateCode, confirmationCode, address].filter(part => part !== undefined)
  if (parts.length === 0 && !wantsEpk && !wantsPassphrase) {
    return answerRequests(handlers.check, 'at least one part of a unit', options, context)
  }
  const input = new SecretInput()
  const epk = wantsEpk ? text(await input.read('encrypted private key', epkFd, context.signal)) : undefined
  const passphrase = wantsPassphrase ? await readPassphrase(input, options, context) : undefined
  const request = { intermediateCode, confirmationCode, address, epk, passphrase }
  await answerOne(handlers.check, request, options, context, describeCheck)
}

export async function coinAddresses(
  publicKey: string | undefined,
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  if (publicKey === undefined) return answerRequests(handlers.address, 'a public key', options, context)
  const lines = (body: Readonly<Record<string, unknown>>) =>
    describeAddresses(body['addresses'] as Record<string, string>)
  await answerOne(handlers.address, { publicKey }, options, context, lines)
}

export async function readCoinAddress(
  address: string | undefined,
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  if (address === undefined) return answerRequests(handlers.read, 'an address', options, context)
  await answerOne(handlers.read, { address }, options, context, describeFields)
}

/** Every engine, measured on a 32nd of a heavy scrypt, and which one is in use. */
export async function engines({ json }: RunOptions): Promise<void> {
  const chosen = await chooseEngine()
  const measured = await measureEngines()
  const rows = measured.map(({ engine, trialMs }) => ({
    engine: engine.name,
    trialMs: Math.round(trialMs * 100) / 100,
    chosen: engine.name === chosen.name,
  }))
  if (json) {
    printLine(JSON.stringify({ threads: threadCount(), engines: rows }))
    return
  }
  printLine(`scrypt engines, a 32nd of a heavy scrypt on one of ${threadCount()} threads:`)
  for (const { engine, trialMs, chosen: used } of rows) {
    printLine(`${used ? '→' : ' '} ${engine.padEnd(12)} ${trialMs.toFixed(1).padStart(8)} ms`)
  }
}

/** Without an argument: requests from stdin with `--json`, or a sentence that says what is missing. */
function answerRequests(
  handler: Handler,
  missing: string,
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  if (options.json) return answerStandardInput(handler, options, context)
  throw new RequestError('bad-request', `Give ${missing}, or --json to answer requests from standard input.`)
}

async function readPassphrase(
  input: SecretInput,
  { passphraseFd }: SecretOptions,
  { signal }: CommandContext,
): Promise<Secret> {
  return Secret.ofBytes(await input.read('passphrase', passphraseFd, signal))
}

const onlyValue =
  (field: string) =>
  (body: Readonly<Record<string, unknown>>): string[] => [String(body[field])]
