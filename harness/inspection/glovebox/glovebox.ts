import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { type Privacy, privacies, privacyGaps } from '../../core/private-process.node.ts'
import { workerEnvironment, workerFlags } from '../../core/worker-process.node.ts'
import type { PassphraseCounts } from '../../lots/passphrases/passphrase-counts.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { TextKeeper } from '../../vision/pool/vision.ts'
import { revived, wireError } from '../../vision/pool/wire-error.ts'
import type { SealedSeen } from '../evidence.ts'
import type { PhotographSeen } from '../inspection-request.ts'
import { recordedRig } from '../recorded-rig.ts'
import type { GloveboxRequest, Glovebox as InspectsInside } from '../run.ts'
import type { FromGlovebox, SentEvidence, SentInspection, ToGlovebox } from './glovebox-wire.ts'

/**
 * The one process of a run in which secrets are worked with: texts that were read are opened there and nowhere else, keys are
 * decrypted there, and evidence is sealed there. This process hands in what is sealed and takes out records and sealed files.
 */
export interface Glovebox extends TextKeeper, InspectsInside, AsyncDisposable {
  /** One age file of what was in view. @param recipients as they are written @throws AssayError `glovebox-…` */
  seal(evidence: SentEvidence, recipients: readonly string[]): Promise<Uint8Array>
  /** Sums over the passphrases of the etched units that passed so far; null of too few to tell nothing of each. */
  passphraseCounts(): Promise<PassphraseCounts | null>
  /** What the kernel here does not keep the process from, in clauses; none: everything is held. */
  gaps(): Promise<readonly string[]>
}

/** For a unit's checks; a heavy scrypt on a busy machine takes seconds. */
const usualDeadlineMs = 120_000
/** A unit that was told to stop has so long to end with its record. */
const graceMs = 3000

const entry = fileURLToPath(new URL('./glovebox-process.ts', import.meta.url))

/** Starts the process; one that is lost is replaced, and the units that were in it are ERRORs. */
export function openGlovebox(options: { readonly deadlineMs?: number } = {}): Glovebox {
  const deadlineMs = options.deadlineMs ?? usualDeadlineMs
  let box = new GloveboxProcess(deadlineMs)
  const alive = () => {
    if (!box.alive) box = new GloveboxProcess(deadlineMs)
    return box
  }
  return {
    key: async () => (await alive().ready()).publicKey,
    gaps: async () => {
      const { holds } = await alive().ready()
      return privacies.filter(name => !holds.includes(name)).map((name: Privacy) => privacyGaps[name])
    },
    inspect: async request => await alive().inspect(request),
    seal: async (evidence, recipients) => await alive().seal(evidence, recipients),
    passphraseCounts: async () => await alive().passphraseCounts(),
    [Symbol.asyncDispose]: async () => await box.end(closed()),
  }
}

interface Asked {
  readonly request: GloveboxRequest | null
  resolve(reply: FromGlovebox): void
  reject(reason: unknown): void
}

class GloveboxProcess {
  readonly #child: ChildProcess
  readonly #asked = new Map<number, Asked>()
  readonly #deadlineMs: number
  readonly #ready = Promise.withResolvers<Extract<FromGlovebox, { publicKey: unknown }>>()
  #next = 0
  #sent: LotFile | null = null
  #end: { readonly reason: unknown } | null = null

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
    this.#child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [...workerFlags, '--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: workerEnvironment(),
    })
    this.#ready.promise.catch(() => {})
    this.#child.on('message', message => this.#hear(message as FromGlovebox))
    this.#child.on('error', cause => this.#died(crashed(cause)))
    this.#child.on('exit', () => this.#died(crashed(undefined)))
    this.#child.on('disconnect', () => this.#died(crashed(undefined)))
    this.#rest()
  }

  get alive(): boolean {
    return this.#end === null
  }

  /** Settles when the process runs and has asked the kernel for all that holds it, or cannot. */
  async ready(): Promise<Extract<FromGlovebox, { publicKey: unknown }>> {
    this.#work()
    const timer = setTimeout(() => void this.end(overdue(this.#deadlineMs)), this.#deadlineMs)
    try {
      return await this.#ready.promise
    } finally {
      clearTimeout(timer)
      if (this.#asked.size === 0) this.#rest()
    }
  }

  async inspect(request: GloveboxRequest): Promise<InspectionRecord> {
    const { station, profile, software, operator, acknowledged, acceptUnproved, challenge, started } = request
    const optional: Required<{ [Part in OptionalPart]: SentInspection[Part] | undefined }> = {
      operator,
      acknowledged,
      acceptUnproved,
      challenge,
    }
    const inspect: SentInspection = {
      ...{ station, profile, software, started, rig: request.rig && recordedRigOf(request.rig) },
      ...given(optional),
      photographs: request.photographs.map(sealedOf),
      captureRetries: request.captureRetries?.() ?? [],
    }
    const reply = await this.#ask(id => ({ id, inspect }), request)
    if (!('record' in reply)) throw crashed(undefined)
    return { ...reply.record, ended: request.clock() }
  }

  async seal(evidence: SentEvidence, recipients: readonly string[]): Promise<Uint8Array> {
    const seal = { started: evidence.started, files: evidence.files, sealedReadings: evidence.sealedReadings }
    const reply = await this.#ask(id => ({ id, seal, recipients }), null)
    if (!('sealed' in reply)) throw crashed(undefined)
    return reply.sealed
  }

  async passphraseCounts(): Promise<PassphraseCounts | null> {
    const reply = await this.#ask(id => ({ id, count: true }), null)
    if (!('counts' in reply)) throw crashed(undefined)
    return reply.counts
  }

  async end(reason: unknown): Promise<void> {
    this.#died(reason)
    const { exitCode, signalCode, pid } = this.#child
    if (exitCode !== null || signalCode !== null || pid === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#child.once('exit', () => resolve())
    this.#child.ref()
    this.#child.kill('SIGKILL')
    await promise
  }

  async #ask(message: (id: number) => ToGlovebox, request: GloveboxRequest | null): Promise<FromGlovebox> {
    // Nothing of a unit reaches a process that others may still look into.
    await this.ready()
    if (this.#end !== null) throw this.#end.reason
    const id = this.#next++
    const { promise, resolve, reject } = Promise.withResolvers<FromGlovebox>()
    this.#asked.set(id, { request, resolve, reject })
    this.#work()
    const timers = [setTimeout(() => void this.end(overdue(this.#deadlineMs)), this.#deadlineMs)]
    const stop = () => {
      this.#send({ id, stop: true })
      timers.push(setTimeout(() => void this.end(request?.signal?.reason), graceMs))
    }
    request?.signal?.addEventListener('abort', stop, { once: true })
    try {
      this.#send(message(id))
      if (request?.signal?.aborted) stop()
      return await promise
    } finally {
      for (const timer of timers) clearTimeout(timer)
      request?.signal?.removeEventListener('abort', stop)
      this.#asked.delete(id)
      if (this.#asked.size === 0) this.#rest()
    }
  }

  #send(message: ToGlovebox): void {
    if (this.#end !== null) return
    this.#child.send(message, cause => {
      if (cause !== null) this.#died(crashed(cause))
    })
  }

  #hear(message: FromGlovebox): void {
    if ('publicKey' in message) {
      this.#ready.resolve(message)
      return
    }
    const asked = this.#asked.get(message.id)
    if ('wants' in message || 'written' in message) void this.#answer(message, asked?.request)
    else if ('failed' in message) asked?.reject(revived(message.failed))
    else asked?.resolve(message)
  }

  async #answer(
    question: Extract<FromGlovebox, { wants: unknown } | { written: unknown }>,
    request: GloveboxRequest | null | undefined,
  ): Promise<void> {
    const { id } = question
    try {
      if ('written' in question) {
        await request?.onReadingsWritten?.(question.written)
        return this.#send({ id, isWritten: true })
      }
      const records = await request!.records()
      this.#send({ id, records: records === this.#sent ? null : records })
      // Only now: what could not be sent is not there.
      this.#sent = records
    } catch (error) {
      this.#send({ id, refused: wireError(error) })
    }
  }

  /** An idle process keeps ours from ending no longer; it ends with ours, as its channel closes. */
  #rest(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #work(): void {
    this.#child.ref()
    this.#child.channel?.ref()
  }

  #died(reason: unknown): void {
    this.#end ??= { reason }
    // Whatever it still does, nobody hears it, and it holds secrets.
    this.#child.kill('SIGKILL')
    this.#ready.reject(reason)
    for (const { reject } of this.#asked.values()) reject(reason)
  }
}

/** What an inspection may have and may lack: each is named above, or the compiler says so. */
type OptionalPart = {
  [Part in keyof SentInspection]-?: undefined extends SentInspection[Part] ? Part : never
}[keyof SentInspection]

/** Without what is undefined. */
const given = <Parts extends object>(parts: Parts) =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [Part in keyof Parts]?: Exclude<Parts[Part], undefined>
  }

/** Only data can be sent; a record keeps no more of a rig than this. */
const recordedRigOf = (rig: NonNullable<GloveboxRequest['rig']>) => recordedRig(rig) as typeof rig

function sealedOf({ photograph, otherProduct = null, reading: { sealed } }: PhotographSeen): SealedSeen {
  if (sealed === undefined) throw new TypeError('a reading that is not sealed is judged where it was read')
  return { photograph: { ...photograph, how: { ...photograph.how } }, otherProduct, sealed }
}

const crashed = (cause: unknown) =>
  new AssayError(
    'glovebox-crashed',
    'The process that works with secrets ended unexpectedly: inspect the unit again, and report it if it happens twice.',
    { cause, exitCode: exitCodes.environment },
  )

const overdue = (deadlineMs: number) =>
  new AssayError(
    'glovebox-deadline',
    `Judging the unit took longer than ${deadlineMs} ms and was cut off: inspect it again when the machine is less busy.`,
    { exitCode: exitCodes.environment },
  )

const closed = () =>
  new AssayError('glovebox-closed', 'Judging was stopped because the run is closing.', {
    exitCode: exitCodes.interrupted,
  })
