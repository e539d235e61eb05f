import { randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { virtualCardsFile } from '../../../fixtures/virtual-line/cards-of-lot.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { Bench } from '../../console/bench.ts'
import { openConsoleServer } from '../../console/console-server.ts'
import type { Desk, Examine, Work } from '../../console/desk.ts'
import { DeskKeys, type KeysHere } from '../../console/desk-key.ts'
import type { UseJournal } from '../../console/journal-view.ts'
import { LogIns } from '../../console/log-in.ts'
import type { LotOnDesk } from '../../console/lot-view.ts'
import { AssayError } from '../../core/assay-error.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { virtualCards } from '../demo/run-demo.ts'
import { type JournalOptions, openStationJournal, passwordsAskedOnce } from '../journal/station-journal.ts'
import type { LotSessionOptions } from '../lot/lot-session.ts'
import { readLotOf } from '../lot/read-lot-of.ts'
import { rigAtHand } from '../rig/chosen-rig.ts'
import { examineAtHand, healthSentence } from '../rig/doctor.ts'
import { RunFolder } from '../run-folder.ts'
import { settingFlags } from '../setting-options.ts'
import { printLine, tellLine } from '../terminal.ts'
import { judgeByHand } from './judge-by-hand.ts'
import { addressOnNetwork, certificateFor } from './network-door.ts'
import { judgeOnRig, openUnits } from './rig-at-desk.ts'
import { VirtualFaults } from './virtual-faults.ts'

export interface ConsoleOptions extends Omit<LotSessionOptions, 'records' | 'json' | 'scan'> {
  readonly records?: string
  readonly runs?: string
  /** Photographs come from a person, not from a rig. */
  readonly byHand?: boolean
  readonly port: number
  /** An address of this machine, or the only one: others on the network reach the console there, by TLS. */
  readonly network?: string | true
  readonly networkPort: number
  /** Only who has logged in works there. */
  readonly logIn?: boolean
  /** Folder of key files. */
  readonly keys?: string
  /** min */
  readonly idle: number
}

/** Units of a lot to try: enough to see good and bad ones, made in seconds. */
const TRY_UNITS = 8

/** `assay console`. Resolves when it is interrupted, with the rig safe and everything kept. */
export async function runConsole(given: ConsoleOptions, signal: AbortSignal): Promise<void> {
  const options = { ...given, passwords: passwordsAskedOnce(given, signal) }
  const lot = new LotAtBench(options)
  const chosen = async (desk: Desk, stop: AbortSignal, person: string | null) => ({
    ...(await lot.options(desk, stop)),
    ...(person !== null && { operator: person }),
  })
  const faults = new VirtualFaults()
  const work: Work = async (desk, stop, person) => {
    const its = await chosen(desk, stop, person)
    return options.byHand === true ? await judgeByHand(its, desk, stop) : await judgeOnRig(its, desk, stop, faults)
  }
  const spotCheck: Work = async (desk, stop, person) =>
    await openUnits(await chosen(desk, stop, person), desk, stop, faults)
  const examine: Examine = async (onSymptom, stop) => {
    const rig = faults.in(await rigAtHand(options.rig))
    const { symptoms } = await examineAtHand(rig, { ...(options.wait && { wait: options.wait }) }, onSymptom, stop)
    return healthSentence(rig.name, symptoms)
  }
  const useJournal: UseJournal = async use => {
    await using journal = await openStationJournal(lot.journal, signal)
    return await use(journal)
  }
  const keys = new DeskKeys(keysIn(options))
  const network = options.network === undefined ? null : addressOnNetwork(options.network)
  const logIns = options.logIn === true ? new LogIns({ useJournal, keys, idleMs: 60_000 * options.idle }) : undefined
  const onRig =
    options.byHand === true ? {} : { spotCheck, examine, ...((await isVirtualRig(options.rig)) && { faults }) }
  await using bench = new Bench({ work, ...onRig, logIn: logIns !== undefined })
  await using server = await openConsoleServer({
    ...{ bench, useJournal, lot: () => lot.read(), logIns, keys, port: options.port },
    ...(network !== null && {
      network: { address: network, port: options.networkPort, ...certificateFor(network, new Date()) },
    }),
  })
  printLine(`The console is at ${server.url}`)
  if (server.network !== null) {
    const { url, fingerprint } = server.network
    printLine(`For others on the network: ${url}`)
    printLine(`Its certificate, which nobody vouches for, has the SHA-256 fingerprint ${fingerprint}`)
  }
  tellLine(
    logIns === undefined
      ? 'assay: whoever has that address may judge cards here; Ctrl-C ends it.'
      : 'assay: whoever has that address sees the bench, and who has logged in judges cards there; Ctrl-C ends it.',
  )
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** One that cannot be chosen says so when it is opened. */
const isVirtualRig = async (name: string): Promise<boolean> =>
  await rigAtHand(name).then(
    ({ config }) => config.kind === 'virtual',
    () => false,
  )

/**
 * Key files of a folder; what is none is told.
 * @throws AssayError `option-unused`, `operator-twice`, `records-missing`; as reading a folder does
 */
function keysIn({ logIn, keys, operator, records }: ConsoleOptions): KeysHere {
  if (logIn !== true) {
    if (keys !== undefined)
      throw new AssayError('option-unused', 'Key files are for who logs in: --keys needs --log-in.')
    return new Map()
  }
  if (operator !== undefined)
    throw new AssayError('operator-twice', 'With --log-in who inspects is whoever has logged in: leave --operator out.')
  if (records === undefined)
    throw new AssayError(
      'records-missing',
      'Who may log in stands in the register of a journal, and a lot to try has a journal of its own: name a lot with --records FILE.',
    )
  if (keys === undefined) return new Map()
  return new Map(
    filesOf(keys).flatMap(name => {
      try {
        const key = readPersonKey(join(keys, name))
        return [[key.publicKey, key] as const]
      } catch (error) {
        if (!(error instanceof AssayError)) throw error
        tellLine(`assay: ${error.message}`)
        return []
      }
    }),
  )
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isFile() ? [entry.name] : []))
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AssayError(
      'folder-unreadable',
      `The folder ${folder} cannot be read (${why}); --keys names one of key files.`,
      {
        cause,
      },
    )
  }
}

type ChosenLot = LotSessionOptions & { readonly records: string }

/** The lot that was named, or one to try, made when cards are first asked for. */
class LotAtBench {
  readonly #options: ConsoleOptions
  #chosen: ChosenLot | null
  #read: LotOnDesk | null = null

  constructor(options: ConsoleOptions) {
    const { records, ...others } = options
    this.#options = options
    this.#chosen = records === undefined ? null : { ...others, records }
    if (records === undefined && (options.rig !== 'virtual' || options.byHand === true)) {
      throw new AssayError(
        'records-missing',
        'Cards are judged by the records of their lot: start the console with --records FILE.',
      )
    }
  }

  async options(desk: Desk, signal: AbortSignal): Promise<ChosenLot> {
    // A run reads the file anew: it may be another one now.
    this.#read = null
    if (this.#chosen !== null) return this.#chosen
    desk.tell(`Making a lot of ${TRY_UNITS} virtual cards to try.`)
    this.#chosen = await lotToTry(this.#options, signal)
    return this.#chosen
  }

  /** @throws AssayError `journal-missing` while there is none */
  get journal(): JournalOptions {
    return this.#made
  }

  /** @throws AssayError `journal-missing` while there is none; LotFileError */
  read(): LotOnDesk {
    const { records } = this.#made
    if (this.#read === null) {
      const { lot, recordsSha256 } = readLotOf(records)
      this.#read = { lot: lot.lot, units: lot.units.map(({ serial }) => ({ serial })), recordsSha256 }
    }
    return this.#read
  }

  get #made(): ChosenLot {
    if (this.#chosen !== null) return this.#chosen
    throw new AssayError('journal-missing', 'Nothing is in the journal yet: begin, and it is made.')
  }
}

/** A world of its own, with its own journal: what is said of planted units is nothing of this workplace's. */
async function lotToTry({ records: _, ...options }: ConsoleOptions, signal: AbortSignal): Promise<ChosenLot> {
  const { config } = await configurationHere(settingFlags({ product: options.product, runs: options.runs }))
  const profile = loadProfile(config.product)
  const seed = randomInt(1_000_000)
  const cards = virtualCards(TRY_UNITS)
  await using line = await VirtualLine.make({ profile, seed, signal, count: cards.count, share: cards.share })
  const run = new RunFolder(config.runs, `console-${profile.name}-${seed}`)
  run.write('lot.json', line.records)
  run.write(virtualCardsFile('lot.json'), `${JSON.stringify(cards)}\n`)
  return {
    station: 'sealed',
    ...options,
    product: config.product,
    records: join(run.path, 'lot.json'),
    // Nobody needs to guard it.
    passwords: {
      password: async () => Promise.reject(new TypeError('it is not sealed')),
      newPassword: async () => null,
    },
    journal: options.journal ?? join(run.path, 'assay-journal'),
  }
}
