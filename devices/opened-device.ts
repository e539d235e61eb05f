/** What a device says of itself; kept with the rig's identity. */
export interface DeviceIdentity {
  /** e.g. `grbl`, `wled-http`. */
  readonly driver: string
  /** Where it was reached, without credentials: `/dev/ttyUSB0`, `http://10.0.0.7`. */
  readonly address: string
  /** Version that the device states, e.g. `1.1h.20190830`; `unknown` when it states none. */
  readonly firmware: string
  /** What is not as it should be though the device works, one sentence each, for the doctor. */
  readonly warnings: readonly string[]
}

/** A device that was opened from configuration: besides its own interface, how it ends. */
export interface OpenedDevice {
  readonly identity: DeviceIdentity
  /**
   * Lamps off, motion ended, and the device's own word for it. From the first call on it refuses every other command.
   * Calling it twice is fine; devices on one port share one answer.
   *
   * @throws RigError `rig-unsafe` when that could not be confirmed in `deadlineMs`
   */
  makeSafe(deadlineMs: number): Promise<void>
  /** Lets go of the port, without making safe first. Twice is fine. @throws RigError `port-close` when it holds on */
  close(): Promise<void>
}
