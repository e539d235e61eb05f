/** Something about this machine keeps Assay from being set up; the message says what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode] 69: the environment cannot run it
   */
  constructor(message, exitCode = 69) {
    super(message)
    this.exitCode = exitCode
  }
}
