import { type InspectionRecord, verdictOf } from '../../record/inspection-record.ts'

const because = 'No list of cards was chosen: nothing says what this card should be.'

/**
 * A record that was made without a list of cards, for its reader: that no list holds the card is nobody's fault then, and decides
 * nothing. What else was found wrong stays.
 */
export function withoutList<Judged extends InspectionRecord>(record: Judged): Judged {
  const findings = record.findings.map(finding =>
    finding.check === 'known-unit' ? { ...finding, verdict: 'INCONCLUSIVE' as const, because } : finding,
  )
  const verdict = verdictOf({ ...record, findings })
  if (verdict === 'INCONCLUSIVE') return { ...record, findings, verdict, because }
  const first = record.alarm === null && verdict === 'FAIL' ? findings.find(one => one.verdict === verdict) : undefined
  return { ...record, findings, verdict, because: first?.because ?? record.because }
}
