import { type Mutant, mutantsOf } from './mutant.ts'

export const reportsMutants: readonly Mutant[] = [
  ...mutantsOf(
    'reports/measurement-table.ts',
    ['reports/measurement-table.test.ts'],
    [
      [
        'const inside = (min === null || value >= min) && (max === null || value <= max)',
        'const inside = true',
        'a report draws a value green that failed the unit',
      ],
    ],
  ),
]
