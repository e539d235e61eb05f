import { type Mutant, mutantsOf } from './mutant.ts'

export const guardMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/guard/exposure.ts',
    ['harness/guard/exposure.test.ts', 'harness/inspection/kept-keys.test.ts', 'harness/inspection/epk-text.test.ts'],
    [
      [
        'factors.every(kind => kinds.includes(kind))',
        'factors.some(kind => kinds.includes(kind))',
        'one factor alone is the alarm for both: nobody believes it for long',
      ],
      [
        'kinds.filter(kind => !exposure.may.includes(kind))',
        "kinds.filter(kind => kind === 'epk' && !exposure.may.includes(kind))",
        'a passphrase that can be read on a finished unit is no alarm',
      ],
      [
        'return [...atMarks, ...exposed.map(({ kind }) => ({ kind, mark: null }))]',
        'return atMarks',
        'a private key beside the card is no alarm',
      ],
      [
        '  if (mark?.secret) return ownKind(mark)\n',
        '  if (mark?.secret) return null\n',
        'a passphrase that can be read is no alarm',
      ],
      [
        "if (refused.some(kind => !factors.includes(kind))) return 'secret-exposed'",
        "if (refused.every(kind => !factors.includes(kind))) return 'secret-exposed'",
        'a planted factor excuses a private key beside it',
      ],
      [
        "if (outcome !== 'read') return null",
        "if (outcome === 'absent') return null",
        'a passphrase that nobody could read stops the line',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/vision/kept-keys.ts',
    ['harness/inspection/kept-keys.test.ts'],
    [
      [
        'text: isKept ? Secret.ofText(text) : text',
        'text',
        'a private key in the place of the address is written into the record',
      ],
      ['because: isSecret(because) ? REDACTED : because', 'because', 'a sentence quotes a private key'],
    ],
  ),
]
