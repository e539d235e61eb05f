import { RigError } from '../rig-error.ts'

// What a link says when the other end does not do as it should: what, where, and what a person does about it.

export function closedError(): RigError {
  return new RigError('port-closed', 'the port of the controller was closed; open the rig again.')
}

/** @param locked the alarm, and what to do about it */
export function lockedError(
  path: string,
  line: string,
  { what, advice }: { readonly what: string; readonly advice: string },
): RigError {
  return new RigError(
    'stage-alarm',
    `the controller on ${path} is locked (${what}) and did not carry out ${line}. ${advice}, then run assay rig home.`,
  )
}

export function silentError(path: string, waitedMs: number, lastState: string): RigError {
  return new RigError(
    'status-deadline',
    `the controller on ${path} did not answer ? within ${waitedMs / 1000} s (${lastState}). Check its power and cable, then run assay rig home.`,
  )
}

export function lostError(path: string, lastState: string, cause: Error | undefined): RigError {
  return new RigError(
    'port-lost',
    `the connection on ${path} was lost (${cause?.message ?? 'closed'}; ${lastState}). Check the USB cable and the controller's power, then run assay rig home.`,
    { cause },
  )
}

export function restartedError(path: string): RigError {
  return new RigError(
    'controller-restarted',
    `the controller on ${path} restarted by itself. Check its supply, then run assay rig home.`,
  )
}
