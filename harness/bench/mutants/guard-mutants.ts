import { type Mutant, mutantsOf } from './mutant.ts'

export const guardMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/guard/exposure.ts',
    ['harness/guard/exposure.test.ts', 'harness/inspection/kept-keys.test.ts', 'harness/inspection/epk-text.test.ts'],
    [
      [
        'roles.every(role => exposed.has(role))',
        'roles.some(role => exposed.has(role))',
        'one factor alone is the alarm for both: nobody believes it for long',
      ],
      [
        "if (pair !== undefined) return alarm('both-factors-exposed'",
        "if (false) return alarm('both-factors-exposed'",
        'whoever sees both factors together hears only of one',
      ],
      [
        '  const role = never.find(one => exposed.has(one))\n',
        '  const role = undefined as Role | undefined\n',
        'an encrypted key that shows on a finished unit is no alarm',
      ],
      ["  if (exposedEpks.length > 0) add('epk-qr')\n", '', 'an encrypted key beside the card is no alarm'],
      [
        '    if (mark.secret) add(roleOf(mark), mark.name)\n    // A bottom',
        '    if (mark.secret) continue\n    // A bottom',
        'a passphrase that can be read is no alarm',
      ],
      [
        'reading.text instanceof Secret || isKey(reading.text)',
        'false',
        'an encrypted key in the place of the address is no alarm',
      ],
      [
        'text: isKey(reading.text) ? Secret.ofText(reading.text) : reading.text',
        'text: reading.text',
        'a private key in the place of the address is written into the record',
      ],
      [
        'because: looksSecret(reading.because) ? REDACTED : reading.because',
        'because: reading.because',
        'a sentence quotes a private key',
      ],
      [
        "reading.outcome !== 'read') continue",
        "reading.outcome === 'absent') continue",
        'a passphrase that nobody could read stops the line',
      ],
      [
        'named.includes(titles[role]) ? names : []',
        'roles.includes(role) ? names : []',
        'the alarm names only one of the places where the key lies open',
      ],
    ],
  ),
]
