import { worst } from '../../core/verdict.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'

const because = 'No list of cards was chosen: nothing says what this card should be.'

/**
 * A record that was made without a list of cards, for its reader: that no list holds the card is nobody's fault then, and decides
 * nothing. What else was found wrong stays.
 */
export function withoutList<Judged extends InspectionRecord>(record: Judged): Judged {
  const findings = record.findings.map(finding =>
    finding.check === 'known-unit' ? { ...finding, verdict: 'INCONCLUSIVE' as const, because } : finding,
  )
  // An alarm or an error is said as it is.
  if (record.alarm !== null || record.error !== null) return { ...record, findings }
  const verdict = worst(findings.map(one => one.verdict))
  const first = findings.find(one => one.verdict === verdict)
  return { ...record, findings, verdict, because: verdict === 'INCONCLUSIVE' ? because : (first?.because ?? because) }
}
