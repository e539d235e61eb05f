import { type Mutant, mutantsOf } from './mutant.ts'

export const recordMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/record/inspection-record.ts',
    ['harness/record/inspection-record.test.ts'],
    [
      ['plannedChecks.every(name => done.has(name))', 'true', 'a unit passes although a planned check was never run'],
      ["...(alarm === null ? [] : (['FAIL'] as const)),", '', 'a unit whose secrets lay open is only inconclusive'],
      ["...(error === null ? [] : (['ERROR'] as const)),", '', 'a rig that failed is no error'],
      ['    ...findings.map(finding => finding.verdict),\n', '', 'no finding ever fails a unit'],
      [
        '  if (verdict === right) return record\n',
        '  return record\n',
        'a record says PASS that was a FAIL when it was written',
      ],
    ],
  ),
]
