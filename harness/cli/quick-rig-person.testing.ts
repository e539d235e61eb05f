import { writeFileSync } from 'node:fs'
import { makeReferenceUnit, photographOf } from '../checks/reference-unit.testing.ts'
import type { ExitCode } from '../core/assay-error.ts'
import { inspectLotOnRig } from './lot/inspect-lot-command.ts'
import type { Person } from './lot/lot-session.ts'
import { spotCheckOnRig } from './lot/spot-check-command.ts'
import { processOutput } from './photographs/output.ts'
import { nest } from './quick-rig-parts.testing.ts'

/** Somebody who lays in what is asked for, at once. @param records the lot file, which is written */
export async function atQuickRig(command: string, records: string, out: string): Promise<ExitCode> {
  const { record, card } = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  writeFileSync(records, JSON.stringify({ lot: 'L-0', units: [record] }))
  const printed = processOutput()
  const person: Person = {
    answers: { next: async () => '' } as unknown as Person['answers'],
    output: {
      ...printed,
      print: line => printed.print(line),
      tell: line => {
        const state = /Scratch/.test(line) ? 'etched' : /Peel/.test(line) ? 'opened' : 'sealed'
        if (/press Enter/.test(line)) nest.card = photographOf(state, card)
      },
    },
  }
  const shared = { rig: 'quick', records, out, json: true, product: 'assay-reference' }
  const options = { ...shared, acceptUnproved: ['cover-material'] }
  const { signal } = new AbortController()
  return command === 'spot-check'
    ? await spotCheckOnRig(options, person, signal)
    : await inspectLotOnRig({ ...options, station: 'sealed' }, person, signal)
}
