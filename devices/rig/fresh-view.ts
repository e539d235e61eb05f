import type { FreshnessProof } from '../../harness/core/vocabulary.ts'
import type { Camera } from '../camera/camera.ts'
import { type OldView, partsOf, showsChange } from '../camera/steady.ts'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'

/** Of a camera of which nobody measured it: network cameras are late by 0.3 to 2 s. */
const unknownLatencyMs = 3000
/** Latencies drift. */
const spare = 1.5
/** Two frames of a slow camera. */
const twoFramesMs = 100
/** A change that must be seen is waited for so long, ms. */
const mustSeeMs = 10_000

/** What of a change the camera must see. `must`: a lamp that was out is lit, or the other way round; `may`: all else. */
type Expected = 'must' | 'may' | null

/**
 * Knows whether what a camera shows is younger than the last change of light or pose. Frames come in the order in which they
 * were exposed, so once the change itself is in view nothing older follows; that holds for one change at a time, and so the
 * next change waits until the one before was seen or must have been, by the camera's latency.
 */
export class FreshView {
  readonly #camera: Camera
  readonly #isWatched: boolean
  #latencyMs: number | null
  /** What was in view before the last change. */
  #old: Uint8Array | null = null
  /** What is in view, where nothing was changed since it was seen. */
  #now: Uint8Array | null = null
  #expected: Expected = null
  #changedAt = performance.now()
  #proof: FreshnessProof = 'unproved'

  /** @param latencyMs the longest that was measured; null: it never was */
  constructor(camera: Camera, latencyMs: number | null, isWatched: boolean) {
    this.#camera = camera
    this.#latencyMs = latencyMs
    this.#isWatched = isWatched
  }

  /** How it is known of a photograph taken now; null where nobody asks. */
  get proof(): FreshnessProof | null {
    return this.#camera.capabilities.proof ?? (this.#isWatched ? this.#proof : null)
  }

  /** Nothing older than this is in view any more, ms. */
  get #drainMs(): number {
    return this.#latencyMs === null ? unknownLatencyMs : spare * this.#latencyMs + twoFramesMs
  }

  get #mustWatch(): boolean {
    return this.#isWatched && this.#camera.capabilities.proof === undefined
  }

  /** Makes one change: before it, it is seen to that what is in view is known. */
  async changing(expected: Expected, change: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    if (!this.#mustWatch || expected === null) return await change()
    const old = this.#now ?? (await this.#look(signal))
    try {
      await change()
    } finally {
      this.#old = old
      this.#now = null
      this.#expected = expected
      this.#changedAt = performance.now()
    }
  }

  /** Something is changed without a look before it: what is in view is not known until the camera must have caught up. */
  forget(): void {
    this.#old = null
    this.#now = null
    this.#expected = null
    this.#changedAt = performance.now()
  }

  /** Where nothing is known that could be seen to change, resolves once no older frame can be in view any more. */
  async drained(signal?: AbortSignal): Promise<void> {
    if (!this.#mustWatch || this.#now !== null || this.old !== null) return
    await pause(Math.max(0, this.#changedAt + this.#drainMs - performance.now()), signal)
  }

  /** For whoever waits until frames are at rest: which ones are too old to count. */
  get old(): OldView | null {
    if (!this.#mustWatch || this.#old === null || this.#expected === null) return null
    const isNeeded = this.#expected === 'must'
    return { parts: this.#old, longestMs: isNeeded ? mustSeeMs : this.#drainMs, isNeeded }
  }

  /** What came of the wait. @throws RigError `camera-stale` */
  atRest(parts: Uint8Array, seenAt: number | null): void {
    if (!this.#mustWatch) return
    if (this.#expected !== null) this.#conclude(seenAt !== null)
    // Watched from now on: a camera grows slower with load and over radio.
    if (seenAt !== null) this.#latencyMs = Math.max(this.#latencyMs ?? 0, seenAt - this.#changedAt)
    this.#now = parts
  }

  /**
   * Takes photographs until one is younger than the last change. @throws RigError `camera-stale`
   */
  async photograph<T extends { readonly bytes: Uint8Array }>(take: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!this.#mustWatch) return await take()
    const { old } = this
    const isPending = this.#now === null
    await this.drained(signal)
    for (;;) {
      const taken = await take()
      const parts = await partsOf(taken.bytes)
      const reference = this.#old
      const isStale = reference !== null && parts !== null && !showsChange(reference, parts)
      const waitedMs = performance.now() - this.#changedAt
      // Seen once, the change must be in the photograph too: a still and the video may have come different ways.
      const mustSee = isPending ? old !== null && waitedMs < old.longestMs : this.#proof === 'change'
      if (isStale && mustSee && waitedMs < mustSeeMs) continue
      if (isPending || (isStale && this.#proof === 'change')) this.#conclude(reference !== null && !isStale)
      if (!isStale) this.#old = null
      this.#now ??= parts
      return taken
    }
  }

  #conclude(isSeen: boolean): void {
    if (!isSeen && this.#expected === 'must') {
      throw new RigError(
        'camera-stale',
        `camera ${this.#camera.name} does not show within ${mustSeeMs / 1000} s that the light was changed: its pictures are older than that, or the lamp does not light. assay rig doctor tells which.`,
      )
    }
    this.#proof = isSeen ? 'change' : this.#latencyMs === null ? 'unproved' : 'latency'
  }

  /** What is in view once nothing that was changed before can be missing in it. */
  async #look(signal?: AbortSignal): Promise<Uint8Array | null> {
    await pause(Math.max(0, this.#changedAt + this.#drainMs - performance.now()), signal)
    if (!this.#camera.capabilities.video) return await partsOf((await this.#camera.photograph({}, signal)).bytes)
    let skipped = 0
    for await (const { bytes } of this.#camera.preview(signal)) {
      if (skipped++ < 2) continue
      const parts = await partsOf(bytes)
      if (parts !== null) return parts
    }
    return null
  }
}
