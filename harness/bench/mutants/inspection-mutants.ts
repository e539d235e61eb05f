import { type Mutant, mutantsOf } from './mutant.ts'

export const inspectionMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/inspection/merge.ts',
    ['harness/inspection/merge.test.ts'],
    [
      ['Math.log(0.01)', 'Math.log(1e-30)', 'a photograph that shows another character never speaks against a text'],
      [
        'const rank = { read: 2,',
        'const rank = { read: 1,',
        'a passphrase that shows in one photograph is covered because another one says so',
      ],
      [
        'rank[a.reading.outcome] - rank[b.reading.outcome] ||\n',
        '',
        'an unread mark stands where another photograph reads it',
      ],
      [
        'a.reading.readers.length - b.reading.readers.length ||\n',
        '',
        'one reader who is sure outweighs two who agree',
      ],
      ['return by > 0', 'return by >= 0', 'the later of two equal photographs stands, so that the order decides'],
      [
        'const otherText = first !== undefined && read.some(reading => !sameText(first, reading))',
        'const otherText = false',
        'of two serials on two photographs the better one wins',
      ],
      [
        "  if (sightings.some(({ reading }) => first !== undefined && speaksAgainst(reading, first)))\n    return 'one is sure of a character that the other one shows differently'\n",
        '',
        'the photograph that shows what should be there wins over the sharper one',
      ],
      [
        '  if (mark.secret && first !== undefined) return null\n',
        '',
        'a passphrase that is open in one photograph is a contradiction instead of a sight',
      ],
      [
        'return outcomes.length > 1 ?',
        'return outcomes.length > 9 ?',
        'a serial that is gone in one photograph counts as read in another',
      ],
      [
        "if (unread.outcome !== 'unread' || unread.alternatives === null || text === null) return false",
        'if (unread.alternatives === null || text === null) return false',
        'a text speaks against itself',
      ],
      ['  if (positions.length !== symbols.length) return false\n', '', 'a cut-off line speaks against the whole one'],
      [
        'seen === undefined || seen.logProbability < SPEAKS_AGAINST',
        'seen !== undefined && seen.logProbability < SPEAKS_AGAINST',
        'a character that the other photograph does not see at all is no objection',
      ],
      ['return a.text.equals(b.text)', 'return true', 'two passphrases on two photographs are one'],
      [
        'told.every(states => states.includes(state))',
        'true',
        'the first photograph alone says what state the card is in',
      ],
      ['mark.secret\n      ? ', 'false\n      ? ', 'two passphrases stand in the record, because they differ'],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/inspect-unit.ts',
    ['harness/inspection/planned-checks.test.ts'],
    [['plannedChecks.every(name => done.has(name))', 'true', 'a unit passes although a planned check was never run']],
  ),
  ...mutantsOf(
    'harness/inspection/photograph-unit.ts',
    ['harness/inspection/retake.test.ts'],
    [
      [
        'needsRetake(station, bench.profile, first) ?',
        'false ?',
        'glare on one photograph leaves a good unit undecided',
      ],
      [
        'needsRetake(station, bench.profile, first) ?',
        'true ?',
        'every unit is photographed twice, which halves the line',
      ],
      [
        '[...first, ...(await see(station.plan.retakes))]',
        'await see(station.plan.retakes)',
        'a second photograph replaces the first one, with all that spoke against the unit',
      ],
      ["outcome === 'unread'", "outcome !== 'read'", 'a mark that was seen to be gone is looked for until it turns up'],
      [
        'requiredMarkNames(station, profile).some(name =>',
        'requiredMarkNames(station, profile).every(name =>',
        'one unread mark is no reason to look again',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/station.ts',
    ['harness/inspection/retake.test.ts'],
    [
      [
        "const ring: PlannedPhotograph = { light: 'ring'",
        "const ring: PlannedPhotograph = { light: 'dome'",
        'the glare of the first photograph is on the second one too',
      ],
    ],
  ),
]
