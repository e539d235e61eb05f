import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { makeReferenceUnit, photographOf } from '../checks/reference-unit.testing.ts'
import type { ExitCode } from '../core/assay-error.ts'
import { onInterruption } from './interruption.ts'
import { inspectLotOnRig } from './lot/inspect-lot-command.ts'
import type { Person } from './lot/lot-session.ts'
import { spotCheckOnRig } from './lot/spot-check-command.ts'
import { processOutput } from './photographs/output.ts'
import { nest } from './quick-rig-parts.testing.ts'

const serialOf = (index: number) => `BX${String(index + 1).padStart(7, '0')}`

/**
 * Somebody who lays in what is asked for, at once: always one unit; for spot checks the next one, once it was opened. Which one that is
 * stands beside the lot file.
 * @param records the lot file, which is written
 */
export async function atQuickRig(command: string, records: string, out: string): Promise<ExitCode> {
  const count = `${records}.count`
  const first = existsSync(count) ? Number(readFileSync(count, 'utf8')) : 0
  const units = await Promise.all(
    [first, first + 1].map(at => makeReferenceUnit(serialOf(at), at % 100, 'AAAABBBBCCCCDDDDEEEEFFFF')),
  )
  writeFileSync(records, JSON.stringify({ lot: 'L-0', units: units.map(({ record }) => record) }))
  let [inHand] = units
  const printed = processOutput()
  const person: Person = {
    answers: { next: async () => '' } as unknown as Person['answers'],
    output: {
      ...printed,
      print: line => printed.print(line),
      tell: line => {
        if (/was opened in a spot check already/.test(line)) {
          inHand = units[1]
          writeFileSync(count, String(first + 1))
        }
        const state = /Scratch/.test(line) ? 'etched' : /Peel/.test(line) ? 'opened' : 'sealed'
        if (/press Enter/.test(line)) nest.card = photographOf(state, inHand!.card)
      },
    },
  }
  const shared = { rig: 'quick', records, out, json: true, product: 'assay-reference' }
  const options = { ...shared, acceptUnproved: ['cover-material'] }
  const stop = new AbortController()
  onInterruption(stop, line => person.output.tell(line))
  const { signal } = stop
  return command === 'spot-check'
    ? await spotCheckOnRig(options, person, signal)
    : await inspectLotOnRig({ ...options, station: 'sealed' }, person, signal)
}
