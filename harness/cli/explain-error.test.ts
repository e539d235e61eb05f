import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { AssayError, exitCodes } from '../core/assay-error.ts'
import { explainError } from './explain-error.ts'

const secret = '6PnMDFeWG5hzrGpSPbfhdZk1kKSVHGBXWoxvKxyoPjy6wkYPsrL6Dtc9zG'

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('an error of ours is its own sentence and its own exit code', () => {
  const error = new AssayError('stage-lost', 'the stage is gone; plug it in again.', { exitCode: exitCodes.rigFault })
  expect(explainError(error, false)).toEqual({ lines: ['assay: the stage is gone; plug it in again.'], exitCode: 3 })
})

test('an error of the operating system keeps its message, which says which file', () => {
  const { lines, exitCode } = explainError(
    thrownBy(() => readFileSync('/no/such/lot.json')),
    false,
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain("ENOENT: no such file or directory, open '/no/such/lot.json'")
  expect(exitCode).toBe(69)
})

test('any other error is a defect of ours: exit code 70, the class and a way to see more', () => {
  const { lines, exitCode } = explainError(
    thrownBy(() => (undefined as never as object[])[0]),
    false,
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(
    /^assay: unexpected TypeError at harness\/cli\/explain-error\.test\.ts:[\d:]+; this is a defect in Assay/,
  )
  expect(lines[0]).toContain('ASSAY_DEBUG=1')
  expect(exitCode).toBe(70)
})

describe('a secret in the message of an error that is not ours', () => {
  const withCause = new AssayError('lot-invalid', 'lot.json is no lot file.', {
    cause: thrownBy(() => JSON.parse(`{${secret}`)),
  })
  test.each([
    ['that quotes its input', thrownBy(() => JSON.parse(`{${secret}`))],
    ['that is composed', new Error(`bad code ${secret}`)],
    ['over several lines', new Error(`bad code\n    at ${secret}\n${secret}`)],
    ['that is a cause', withCause],
    ['that is a bare text', secret],
  ])('%s is not shown, with or without ASSAY_DEBUG', (_, error) => {
    for (const debug of [false, true]) {
      expect(explainError(error, debug).lines.join('\n')).not.toContain(secret.slice(0, 12))
    }
  })

  test('while ASSAY_DEBUG shows the frames of every cause', () => {
    const lines = explainError(withCause, true).lines
    expect(lines[1]).toBe('  AssayError [lot-invalid]')
    expect(lines).toContain('  caused by SyntaxError')
    expect(lines.filter(line => line.includes('explain-error.test.ts:')).length).toBeGreaterThan(1)
  })
})

test('a rig that could not be made safe while something else went wrong: both are told, the rig decides', () => {
  const failed = new AssayError('unit-odd', 'The unit is odd.')
  const unsafe = new AssayError('rig-unsafe', 'The lamps may be on.', { exitCode: exitCodes.rigFault })
  const { lines, exitCode } = explainError(new SuppressedError(unsafe, failed), false)
  expect(lines).toEqual(['assay: The unit is odd.', 'assay: The lamps may be on.'])
  expect(exitCode).toBe(exitCodes.rigFault)
})
