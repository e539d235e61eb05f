import { expect, test } from 'vitest'
import { AssayError, exitCodes } from './assay-error.ts'

test('an error of which nothing else is said ends the command as one of usage, never as if all had passed', () => {
  expect(new AssayError('some-code', 'A sentence.').exitCode).toBe(2)
  expect(new AssayError('some-code', 'A sentence.', { exitCode: exitCodes.rigFault }).exitCode).toBe(3)
})

test('scripts may rely on the exit codes', () => {
  // design.md rule 10; 69 and 70 are EX_UNAVAILABLE and EX_SOFTWARE of sysexits.h, 129, 130 and 143 are 128 + SIGHUP, SIGINT, SIGTERM.
  expect(exitCodes).toMatchObject({
    passed: 0,
    failed: 1,
    usage: 2,
    rigFault: 3,
    inconclusive: 4,
    environment: 69,
    internal: 70,
    hungUp: 129,
    interrupted: 130,
    terminated: 143,
  })
})
