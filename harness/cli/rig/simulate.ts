import type { CommandContext } from '../context.ts'

export interface SimulateOptions {
  readonly pty?: boolean
  readonly port: number
  readonly lay: string
  readonly hurry: number
  readonly json?: boolean
}

export async function simulateRig(_n: string | undefined, _o: SimulateOptions, _c: CommandContext): Promise<void> {}
