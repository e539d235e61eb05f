/** Contacts that a program closes and opens, by number. */
export interface RelayBoard {
  readonly driver: string
  /** Port or address, without credentials. */
  readonly address: string
  /** What the board states of itself, else `unknown`. */
  readonly firmware: string
  /** Whether it tells how its contacts are; else what was sent is believed. */
  readonly answers: boolean
  /**
   * Of `every` contact that lights something, closes those of `on` and opens the others, those first.
   *
   * @throws RigError `port-lost`, `light-gone` and those of the port
   */
  write(every: readonly number[], on: ReadonlySet<number>, signal?: AbortSignal): Promise<void>
  /** The contacts that are closed by the board's own word; null where it gave none in time, or never does. */
  read(every: readonly number[], signal?: AbortSignal): Promise<ReadonlySet<number> | null>
  /** @throws RigError while it is known to be gone */
  assertThere(): void
  close(): Promise<void>
}
