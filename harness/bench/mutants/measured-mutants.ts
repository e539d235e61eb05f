import { type Mutant, mutantsOf } from './mutant.ts'

/** What is measured, by which limits, and what comes of it. */
export const measuredMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/checks/measured.ts',
    ['harness/checks/measured.test.ts'],
    [
      [
        "if (!Number.isFinite(value)) return 'INCONCLUSIVE'",
        "if (!Number.isFinite(value)) return 'PASS'",
        'what could not be measured passes',
      ],
      [
        'slack < -band)) return',
        'slack < -9 * band)) return',
        'a sticker that is half out of its place is only photographed again',
      ],
      ['slack < band)', 'slack < -band)', 'a value a little beyond its limit passes'],
      ['slack < band)', 'slack < 0)', 'a value at its limit passes or fails by chance'],
      [
        "fit !== false || !rows[name]?.needs.includes('fit-picture')",
        'fit !== false',
        'blur excuses a sticker that is out of its place',
      ],
      [
        "fit !== false || !rows[name]?.needs.includes('fit-picture')",
        "!rows[name]?.needs.includes('fit-picture')",
        'bad print is always the fault of the picture',
      ],
      [
        "verdict: tells(one) ? null : 'INCONCLUSIVE'",
        'verdict: null',
        'a blurred symbol loses just the limit that it failed, and passes',
      ],
      [
        "verdict: tells(one) ? null : 'INCONCLUSIVE'",
        "verdict: 'INCONCLUSIVE'",
        'a blurred photograph spoils what a sharp one has shown',
      ],
      ['planned.includes(row.check) && isEvidence', 'isEvidence', 'a check speaks that nobody planned'],
      ["!row?.needs.includes('read-text') ||", 'true ||', 'glare on a text fails a good unit for a missing stroke'],
      [
        "(['FAIL', 'INCONCLUSIVE', 'PASS'] as const).find",
        "(['PASS', 'INCONCLUSIVE', 'FAIL'] as const).find",
        'one good value hides a bad one',
      ],
      ['verdict !== null && rows[name]?.check === check', 'verdict !== null', 'a faulty cover fails the print'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/limits.ts',
    ['harness/checks/limits.test.ts'],
    [
      [
        '[`${name}:${of}`, name, `symbol-${name}`]',
        '[name, `${name}:${of}`, `symbol-${name}`]',
        'the stricter limit of one place does not count',
      ],
      [
        '[`${name}:${of}`, name, `symbol-${name}`]',
        '[`${name}:${of}`, name]',
        'the limits of symbols in older profiles do not count',
      ],
      [
        'own ?? measurementRows[name]?.usual(profile, of) ?? null',
        'own ?? null',
        'what no profile names has no limits at all',
      ],
      [
        '.filter(key => !known.includes(key))',
        '.filter(() => false)',
        'a limit that was misspelt is accepted and never enforced',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/measurements.ts',
    ['harness/checks/limits.test.ts'],
    [
      ['const MARGINAL_SHARE = 0.05', 'const MARGINAL_SHARE = 0', 'a value at its limit passes or fails by chance'],
      ['const MARGINAL_SHARE = 0.05', 'const MARGINAL_SHARE = 0.5', 'nothing is ever decided'],
      [
        'const PRINT_TO_DIE_CUT_MM = 0.5',
        'const PRINT_TO_DIE_CUT_MM = 5',
        'a sticker beside its place passes where its edge cannot be seen',
      ],
      [
        "'length of text that stands open', atMost(0)",
        "'length of text that stands open', atMost(10)",
        'half a passphrase may show beside its cover',
      ],
      [
        '{ min: 50, max: null } : { min: null, max: 10 }',
        '{ min: 50, max: null } : { min: null, max: 90 }',
        'a bottom layer passes for a top layer',
      ],
      [
        '{ min: 50, max: null } : { min: null, max: 10 }',
        '{ min: 5, max: null } : { min: null, max: 10 }',
        'a top layer passes for a bottom layer',
      ],
      [
        "'share of the sticker in the colour below', atMost(1)",
        "'share of the sticker in the colour below', atMost(20)",
        'a top layer that was lifted passes',
      ],
      [
        "'distance of the print from its place on the sticker', atMost(1)",
        "'distance of the print from its place on the sticker', atMost(9)",
        'a layer that lies beside the other one passes',
      ],
      [
        "rowsOf('text', 'legibility', ['read-text', 'fit-picture'])",
        "rowsOf('text', 'legibility')",
        'glare on a text fails a good unit for a missing stroke',
      ],
      ["rowsOf('qr', 'print-quality', ['fit-picture'])", "rowsOf('qr', 'print-quality')", 'blur fails a good symbol'],
      [
        'sticker && { min: null, max: sticker[key] + more }',
        'sticker && { min: null, max: 100 * sticker[key] + more }',
        "the maker's own tolerance does not count",
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/surface-checks.ts',
    ['harness/checks/surface-checks.test.ts'],
    [
      ['  if (missing.length > 0) {\n', '  if (false) {\n', 'a unit without its serial is only inconclusive'],
      ['if (unread.length === 0) return null\n', 'if (true) return null\n', 'what could not be seen is there'],
      ['      presence(covers),\n', '', 'a cover that is not there is whole'],
      [', unproved: unknownMaterial(input, covers)', '', 'a cover of which nobody knows the material is proved'],
      [
        "        verdict: 'INCONCLUSIVE',\n        because: 'Where the sticker sits",
        "        verdict: 'PASS',\n        because: 'Where the sticker sits",
        'a sticker that was not measured sits where it must',
      ],
      [
        'none || left.length > 0 ? unmeasured : null',
        'none ? unmeasured : null',
        'a symbol whose print was not measured is printed well',
      ],
      ['worstOf([presence(symbols), ', 'worstOf([', 'a symbol that could not be read is printed well'],
      ['worstOf([presence(texts), ', 'worstOf([', 'a text that could not be read is legible'],
      [
        "measured?.verdict === 'PASS' ? null : measured, passed])",
        'passed])',
        'a text with a missing stroke is legible',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/layer-intact.ts',
    ['harness/checks/surface-checks.test.ts'],
    [
      [
        "          verdict: 'FAIL',\n          because: `${listed(seenThrough)}",
        "          verdict: 'PASS',\n          because: `${listed(seenThrough)}",
        'the encrypted key shows through the top layer',
      ],
      ['own.every(isGone) && own.length > 0', 'false', 'a unit without its top layer is only inconclusive'],
      [
        "    measured?.verdict === 'PASS' ? null : measured,\n    stateJudgement(input),\n    own.some",
        '    stateJudgement(input),\n    own.some',
        'a top layer that was lifted passes',
      ],
      [
        "    measured?.verdict === 'PASS' ? null : measured,\n    stateJudgement(input),\n    own.some",
        "    measured?.verdict === 'PASS' ? null : measured,\n    own.some",
        'a unit at the wrong station passes',
      ],
      ['unseen.length > 0\n', 'false\n', 'a layer of which nothing was read is there'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/concealed.ts',
    ['harness/checks/concealed.test.ts', 'harness/checks/surface-checks.test.ts'],
    [
      ['    if (open.length > 0) {\n', '    if (false) {\n', 'a passphrase that can be read is covered'],
      ['    if (torn.length > 0) {\n', '    if (false) {\n', 'a passphrase of which strokes stand open is covered'],
      ["reading.outcome !== 'concealed' || conflict !== null", 'conflict !== null', 'what nobody saw is covered'],
      [
        "reading.outcome !== 'concealed' || conflict !== null",
        "reading.outcome !== 'concealed'",
        'photographs that contradict each other prove that a secret is covered',
      ],
      ['    if (seen.length === 0) {\n', '    if (false) {\n', 'a product without secrets has covered them'],
    ],
  ),
]
