/** Wald's sequential test: units are opened one after the other, until their number decides. */
export interface SequentialTest {
  /** A lot with this share of bad units is accepted with the probability 1 − `producersRisk`. */
  readonly goodShare: number
  /** One with this share with the probability `consumersRisk`. */
  readonly badShare: number
  readonly producersRisk: number
  readonly consumersRisk: number
}

/** Accept where `bad ≤ slope · n − acceptAt`, refuse where `bad ≥ slope · n + refuseAt`. */
export interface SequentialLines {
  readonly acceptAt: number
  readonly refuseAt: number
  readonly slope: number
}

export function sequentialLines({
  goodShare,
  badShare,
  producersRisk,
  consumersRisk,
}: SequentialTest): SequentialLines {
  const k = Math.log((badShare * (1 - goodShare)) / (goodShare * (1 - badShare)))
  return {
    acceptAt: Math.log((1 - producersRisk) / consumersRisk) / k,
    refuseAt: Math.log((1 - consumersRisk) / producersRisk) / k,
    slope: Math.log((1 - goodShare) / (1 - badShare)) / k,
  }
}

/** With so many bad units found the lot is accepted from this number of opened units on. */
export const acceptedFrom = ({ acceptAt, slope }: SequentialLines, bad: number) => Math.ceil((bad + acceptAt) / slope)

/** With so many bad units found the lot is refused while no more units than this were opened; null: not by them alone. */
export function refusedUpTo({ refuseAt, slope }: SequentialLines, bad: number): number | null {
  const opened = Math.floor((bad - refuseAt) / slope)
  return opened < bad ? null : opened
}
