import { verdicts } from '../core/vocabulary.ts'
import { quantile } from '../imaging/quantile.ts'
import { growthOf, type MemorySample } from './soak-memory.ts'
import { isWrong, type SoakVisit } from './soak-tally.ts'

/** What a soak counted, at its end. */
interface SoakCounts {
  readonly visits: readonly SoakVisit[]
  /** Wall time, s. */
  readonly seconds: number
  readonly records: { readonly lost: number; readonly doubled: number }
  readonly left: {
    readonly ports: number
    readonly lamps: number
    readonly moving: number
    readonly processes: number
    readonly threads: number
  }
  /** Faults that struck before the last photograph of their inspection was taken. */
  readonly struckInTime: number
  /** Codes of rigs that could not be made safe and said so. */
  readonly unsafeTold: readonly string[]
  /** Lamps that a fault kept burning: no program can see that without the camera. */
  readonly stuckLamps: number
  readonly memory: readonly MemorySample[]
  /** Of the harness alone, ms a photograph, of inspections without a fault. */
  readonly overheadsMs: readonly number[]
}

/** Growth that is told to be one, MiB: a photograph and a card that are in the making weigh as much. */
const mostGrowthMib = { held: 40, resident: 120 }

/** The lines of the report, and whether nothing was counted that may never be. */
export function soakReport(counts: SoakCounts): { readonly lines: readonly string[]; readonly isClean: boolean } {
  const { visits, records, left, memory, overheadsMs } = counts
  const plain = visits.filter(({ fault }) => fault === null)
  const struck = visits.filter(({ fault }) => fault !== null)
  const wrong = visits.filter(isWrong).length
  const held = growthOf(memory.map(({ heldMib }) => heldMib))
  const resident = growthOf(memory.map(({ residentMib }) => residentMib))
  const children = growthOf(memory.map(({ childrenMib }) => childrenMib ?? Number.NaN))
  const hasGrown = held > mostGrowthMib.held || resident > mostGrowthMib.resident || children > mostGrowthMib.resident
  const notAsPlanted = plain.filter(({ expected, verdict }) => !expected.includes(verdict)).length
  const mostOverhead = Math.max(...overheadsMs)
  const lines = [
    '',
    `${visits.length} inspections in ${Math.round(counts.seconds)} s`,
    `without a fault: ${plain.length}: ${verdictsOf(plain)}; not as planted: ${notAsPlanted}`,
    `with a fault:    ${struck.length}: ${verdictsOf(struck)}; struck before the last photograph was taken: ${counts.struckInTime}`,
    ...[...Map.groupBy(struck, ({ fault }) => fault)]
      .toSorted(([a], [b]) => String(a).localeCompare(String(b), 'en'))
      .map(([fault, of]) => `  ${String(fault).padEnd(20)} ${verdictsOf(of, true)}`),
    `photographs taken again: ${visits.reduce((sum, { retries }) => sum + retries, 0)}`,
    `wrong verdicts: ${wrong}`,
    `records lost: ${records.lost}, doubled: ${records.doubled}`,
    `left behind: ${left.ports} ports, ${left.lamps} lamps, ${left.moving} moving, ${left.processes} processes, ${left.threads} threads`,
    `rigs that could not be made safe and said so: ${counts.unsafeTold.length}`,
    `lamps that a fault kept burning, to be seen by the camera only: ${counts.stuckLamps}`,
    `memory held, MiB:           ${seriesOf(memory.map(({ heldMib }) => heldMib))}`,
    `memory resident, MiB:       ${seriesOf(memory.map(({ residentMib }) => residentMib))}`,
    `its processes resident, MiB: ${seriesOf(memory.map(({ childrenMib }) => childrenMib ?? Number.NaN))}`,
    `grown from the second quarter to the last: held ${mibOf(held)} (at most ${mostGrowthMib.held}), resident ${mibOf(resident)}, its processes ${mibOf(children)} (at most ${mostGrowthMib.resident})`,
    `harness around capture and vision, a photograph: median ${quantile(overheadsMs, 0.5).toFixed(1)} ms, 95 % below ${quantile(overheadsMs, 0.95).toFixed(1)} ms, worst ${mostOverhead.toFixed(1)} ms (${overheadsMs.length} inspections)`,
  ]
  const never = [wrong, records.lost, records.doubled, ...Object.values(left)]
  return { lines, isClean: visits.length > 0 && never.every(count => count === 0) && !hasGrown }
}

function verdictsOf(visits: readonly SoakVisit[], onlySeen = false): string {
  return verdicts
    .map(verdict => ({ verdict, times: visits.filter(visit => visit.verdict === verdict).length }))
    .filter(({ times }) => times > 0 || !onlySeen)
    .map(({ verdict, times }) => `${times} ${verdict}`)
    .join(', ')
}

const mibOf = (mib: number): string => (Number.isNaN(mib) ? 'not known yet' : `${mib.toFixed(0)} MiB`)

/** At most twenty of them, evenly chosen, the first and the last among them. */
function seriesOf(values: readonly number[]): string {
  const most = 20
  const step = Math.max(1, (values.length - 1) / (most - 1))
  const chosen = Array.from({ length: Math.min(most, values.length) }, (_, i) => values[Math.round(i * step)]!)
  return chosen.map(value => (Number.isNaN(value) ? '?' : value.toFixed(0))).join(' ')
}
