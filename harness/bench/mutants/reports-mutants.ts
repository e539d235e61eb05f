import { type Mutant, mutantsOf } from './mutant.ts'

export const reportsMutants: readonly Mutant[] = [
  ...mutantsOf(
    'reports/measurement-table.ts',
    ['reports/html-report.test.ts'],
    [
      [
        "const colour = verdict === null ? '' : ` ${verdictClass(verdict)}`",
        "const colour = verdict === null ? '' : ' pass'",
        'a report draws a value green that failed the unit',
      ],
    ],
  ),
]
