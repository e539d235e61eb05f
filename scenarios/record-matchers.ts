import { expect as playwrightExpect } from 'playwright/test'
import type { CheckName } from '../harness/core/vocabulary.ts'
import type { InspectionRecord } from '../harness/record/inspection-record.ts'

/** What a record says, for failure messages. Records hold nothing secret. */
function told({ unit, station, verdict, because, findings, alarm }: InspectionRecord): string {
  const lines = findings.map(finding => `  ${finding.verdict.padEnd(12)} ${finding.check}: ${finding.because}`)
  if (alarm) lines.unshift(`  ALARM ${alarm.code}: ${alarm.because}`)
  return `unit ${unit ?? '(unknown)'} at ${station}: ${verdict}: ${because}\n${lines.join('\n')}`
}

/** Playwright's `expect` with words for inspection records. */
export const expect = playwrightExpect.extend({
  /** The unit passed: every planned check ran and passed. */
  toPass(record: InspectionRecord) {
    const pass = record.verdict === 'PASS'
    return { pass, name: 'toPass', message: () => `expected the unit ${pass ? 'not ' : ''}to pass\n${told(record)}` }
  },
  /** The unit failed, and `check` is among the checks that failed it. */
  toFailAt(record: InspectionRecord, check: CheckName) {
    const failed = record.findings.some(finding => finding.check === check && finding.verdict === 'FAIL')
    const pass = record.verdict === 'FAIL' && failed
    return {
      pass,
      name: 'toFailAt',
      message: () => `expected the unit ${pass ? 'not ' : ''}to fail at ${check}\n${told(record)}`,
    }
  },
  /** Neither good nor bad: the photograph has to be taken again, or a person has to look. */
  toBeInconclusive(record: InspectionRecord) {
    const pass = record.verdict === 'INCONCLUSIVE'
    return {
      pass,
      name: 'toBeInconclusive',
      message: () => `expected the inspection ${pass ? 'not ' : ''}to be inconclusive\n${told(record)}`,
    }
  },
  /** A secret lay open where it must not: the run has to stop. */
  toRaiseAlarm(record: InspectionRecord, code: NonNullable<InspectionRecord['alarm']>['code']) {
    const pass = record.alarm?.code === code && record.verdict === 'FAIL'
    return {
      pass,
      name: 'toRaiseAlarm',
      message: () => `expected ${pass ? 'no ' : ''}alarm ${code}\n${told(record)}`,
    }
  },
  /** FAIL or INCONCLUSIVE: the unit does not go on. */
  toBeStopped(record: InspectionRecord) {
    const pass = record.verdict === 'FAIL' || record.verdict === 'INCONCLUSIVE'
    return {
      pass,
      name: 'toBeStopped',
      message: () => `expected the unit ${pass ? '' : 'not '}to go on\n${told(record)}`,
    }
  },
  /** The rig failed, not the unit. */
  toBeRigError(record: InspectionRecord, code: string) {
    const pass = record.verdict === 'ERROR' && record.error?.code === code
    return {
      pass,
      name: 'toBeRigError',
      message: () =>
        `expected ${pass ? 'no ' : ''}ERROR ${code}, got ${record.error?.code ?? 'no error'}\n${told(record)}`,
    }
  },
})
