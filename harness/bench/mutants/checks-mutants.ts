import { type Mutant, mutantsOf } from './mutant.ts'

export const checksMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/checks/lattice.ts',
    ['harness/checks/lattice.test.ts'],
    [
      [
        'MAX_ALTERNATIVES = 8',
        'MAX_ALTERNATIVES = 80',
        'ten times as many look-alikes are tried: more wrong cards fit one of them',
      ],
      [
        'ALTERNATIVE_NATS = 2',
        'ALTERNATIVE_NATS = 6',
        'look-alikes that the picture hardly allows are tried: 12 % false corrections',
      ],
      [
        'if (symbols.length !== lattice.positions.length) return null',
        '',
        'a text with a character too many counts as one that the picture allows',
      ],
      [
        'if (top === undefined || same === undefined) return null',
        'if (top === undefined || same === undefined) continue',
        'a character that the picture does not show is allowed',
      ],
      [
        'distance += top.logProbability - same.logProbability',
        'distance = Math.max(distance, top.logProbability - same.logProbability)',
        'many small doubts add up to none',
      ],
      [
        'return distance !== null && distance <= ALTERNATIVE_NATS',
        'return distance !== null',
        'whatever the lattice holds excuses a wrong serial, however unlikely it is',
      ],
      ['.filter(({ nats }) => nats <= withinNats)\n', '\n', 'alternatives beyond the gate are tried'],
      ['.slice(0, max + 1)\n', '.slice(0, max)\n', 'the last alternative is never tried'],
      [
        '    .filter(({ choice }) => choice.some(i => i > 0))\n',
        '',
        'the reading itself takes the place of an alternative',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/crypto-findings.ts',
    ['harness/checks/crypto-findings.test.ts'],
    [
      [
        'if (!dependsOnPassphrase.has(name)) return',
        'if (false) return',
        'a look-alike of the passphrase excuses codes of two units',
      ],
      [
        "verdict: 'INCONCLUSIVE', because: sentence",
        "verdict: 'PASS', because: sentence",
        'a corrected passphrase passes, and with it a card that nobody can open',
      ],
      [
        "decisive.every(({ verdict }) => verdict !== 'FAIL')",
        'true',
        'a look-alike counts that opens only one of two codes',
      ],
      ["decisive.some(({ verdict }) => verdict === 'PASS') && ", '', 'a look-alike counts that no code confirms'],
      [
        'whole ??= check(parts, parts)',
        'whole = check(parts, parts)',
        'each check of a unit costs its own heavy scrypt: the line waits three times as long',
      ],
      [
        '{ flags, book, challenge, scrypt, signal },\n',
        '{ flags, book, scrypt, signal },\n',
        'the key signs another challenge than the one that was chosen for this unit',
      ],
      [
        '{ flags, book, challenge, scrypt, signal },\n',
        '{ book, challenge, scrypt, signal },\n',
        'codes of another kind of product pass',
      ],
      [
        '{ flags, book, challenge, scrypt, signal },\n',
        '{ flags, challenge, scrypt, signal },\n',
        'an address of another coin is none',
      ],
      ['return i + 1', 'return i', 'the finding names another look-alike than the one that fits'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/core-checks.ts',
    ['harness/checks/core-checks.test.ts'],
    [
      [
        "          verdict: 'INCONCLUSIVE',\n          because: 'Could not be judged: the codes",
        "          verdict: 'PASS',\n          because: 'Could not be judged: the codes",
        'what the core could not compute passes',
      ],
      [
        'return (await further(input)) ?? { ...judged, marks }',
        'return { ...judged, marks }',
        'only the core speaks: another key in the record, another product, another code on the card pass',
      ],
      [
        'if (publicKey.toLowerCase() === unit.publicKey.toLowerCase()) return null',
        'return null',
        'the codes of a unit that the record does not have pass',
      ],
      [
        'if (publicKey.toLowerCase() === unit.publicKey.toLowerCase()) return null',
        'if (publicKey === unit.publicKey) return null',
        'a record that writes its public key in capitals fails every good unit',
      ],
      ['if (proof === null || !verifyProof(proof)) {', 'if (false) {', 'a key that did not sign counts as proved'],
      [
        'if (proof === null || !verifyProof(proof)) {',
        'if (proof === null) {',
        "a signature that is not the key's counts as proof",
      ],
      [
        '  return sameKeyAsRecord(input)\n',
        '  return null\n',
        'an opened unit with another key than the record passes',
      ],
      [
        'if (unit?.product === undefined || unit.product === profile.name) return null',
        'return null',
        'a unit of another product passes',
      ],
      [
        'if (!isRead(seen) || text === input.unit?.confirmationCode) continue',
        'if (isRead(seen)) continue',
        "another unit's confirmation code on the card passes",
      ],
      [
        "return { verdict: 'INCONCLUSIVE', because, marks }\n    }\n    return { verdict: 'FAIL'",
        "return { verdict: 'FAIL', because, marks }\n    }\n    return { verdict: 'FAIL'",
        'a misread letter fails a good unit',
      ],
      [
        "'planned-address', 'planned-epk', 'planned-confirmation-code'],",
        "'planned-address', 'planned-confirmation-code'],",
        'the checksums pass although the EPK was not read',
      ],
      [
        "  ['record', 'intermediate-code', 'confirmation-code', 'epk', 'address'],\n  sameKeyAsRecord,",
        "  ['record', 'intermediate-code', 'confirmation-code', 'epk', 'address'],",
        'layers with codes of their own, but not of the record, pass before lamination',
      ],
      [
        "  ['record', 'confirmation-code', 'passphrase', 'address'],\n  sameKeyAsRecord,",
        "  ['record', 'confirmation-code', 'passphrase', 'address'],",
        'a passphrase passes with a code that is not of the record',
      ],
      [
        "['passphrase-commitment', 'confirmation', 'decryption'].includes(name)",
        'false',
        'the finding about the passphrase does not name the passphrase',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/serials-agree.ts',
    ['harness/checks/serials-agree.test.ts'],
    [
      [
        "return { verdict: 'FAIL', because, marks: namesOf(differing)",
        "return { verdict: 'INCONCLUSIVE', because, marks: namesOf(differing)",
        'a mix-up is a matter for another photograph',
      ],
      [
        'required.includes(seen.mark.name) || isRead(seen)',
        'required.includes(seen.mark.name)',
        'the serial of another unit shows where it must be covered, and nobody compares it',
      ],
      [
        'reference !== null && allows(seen.reading.alternatives, reference)',
        'true',
        'every wrong serial is only doubtful',
      ],
      [
        'if (doubtful.length > 0) {',
        'if (false) {',
        'a serial that reads otherwise passes when the picture leaves room for the right one',
      ],
      ['if (unread.length > 0) {', 'if (false) {', 'a serial that nobody could read passes'],
      ['if (expected === null) {', 'if (false) {', 'serials that only agree with each other pass without a record'],
      [
        'const reference = expected ?? ',
        'const reference = null ?? ',
        'serials that agree with each other pass, whatever the record says',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/core/bare-serial.ts',
    ['harness/checks/serials-agree.test.ts'],
    [
      ['/[\\s-]/g', '/\\s/g', 'a dash in a printed serial fails a good unit'],
      [
        "text.replaceAll(/[\\s-]/g, '')",
        "text.replaceAll(/[\\s-]/g, '').toUpperCase()",
        'serials that differ in the case of a letter are one serial',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/address-matches.ts',
    ['harness/checks/address-matches.test.ts'],
    [
      ['      unreadJudgement(planned),\n', '', 'an address text that nobody could read passes'],
      [
        '      ...symbols.filter(isRead).map(seen => againstRecord(seen, input)),\n',
        '',
        'the QR code of a stranger passes: money is sent to nobody we know',
      ],
      [
        '      ...texts.filter(isRead).map(seen => textJudgement(seen, symbols.find(isRead), input)),\n',
        '',
        'another address under the QR code passes',
      ],
      [
        'if (match.kinds.some(kind => profile.address.kinds.includes(kind))) return null',
        'return null',
        'a kind of address passes that the product may not print',
      ],
      ["    case 'foreign': {\n", "    case 'foreign': {\n      return null\n", "another unit's address passes"],
      [
        "return { verdict: 'FAIL', because: `${name} reads ${text}, but ${why}.`",
        "return { verdict: 'INCONCLUSIVE', because: `${name} reads ${text}, but ${why}.`",
        'a QR code that holds no address is photographed for ever',
      ],
      ['if (!match.contradictory) {', 'if (true) {', 'a record that contradicts itself is only a gap'],
      [
        'if (sameAddress(text, printed, book)) return null',
        'return null',
        'the text may say anything beside the right QR code',
      ],
      [
        '    if (sound) return againstRecord(seen, input)\n',
        '',
        "another unit's address as text goes unnoticed where the QR code is unread",
      ],
      [
        "if (sound) {\n    const because = `The QR code and the text show two addresses of the unit's key",
        "if (false) {\n    const because = `The QR code and the text show two addresses of the unit's key",
        'two addresses on one card are only doubtful',
      ],
      [
        "verdict: 'INCONCLUSIVE', because, marks, comparison: allowed",
        "verdict: 'FAIL', because, marks, comparison: allowed",
        'a misread letter of an address text fails a good unit',
      ],
      [
        'const allowed = allows(seen.reading.alternatives, printed)',
        'const allowed = false',
        'a text that may well be right is called a mismatch',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/same-key.ts',
    ['harness/checks/same-key.test.ts'],
    [
      [
        "printed.keys.length === 0 || printed.checksum === 'invalid'",
        'printed.keys.length === 0',
        'an address whose checksum fails is compared as if it were one',
      ],
      [
        "if (recorded !== null && writes(recorded.canonical).length === 0)\n      return { outcome: 'no-record', contradictory: true }",
        '',
        'a record of two keys is believed',
      ],
      [
        "return kinds.length === 0 ? { outcome: 'foreign' } : { outcome: 'same-key', kinds }",
        "return { outcome: 'same-key', kinds }",
        "every sound address is the unit's",
      ],
      [
        'recorded.hash160 !== null && recorded.hash160 === printed.hash160',
        'recorded.hash160 === printed.hash160',
        'two addresses that hold no hash of a key are of one key',
      ],
      [
        'recorded.canonical === printed.canonical ||',
        'false ||',
        'an address that holds no hash of a key is not even equal to itself',
      ],
      [
        "if (recorded.keys.length === 0 || recorded.checksum === 'invalid')",
        'if (recorded.keys.length === 0)',
        'a damaged address in the record is compared as if it were sound',
      ],
      [
        'book.readAddress(a).canonical === book.readAddress(b).canonical',
        'false',
        'a QR code in capitals beside a text in small letters fails a good unit',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/checks/epk-matches.ts',
    ['harness/inspection/epk-text.test.ts'],
    [
      ['meant === null || seen === null || meant.equals(seen)', 'true', 'a second encrypted key on one card passes'],
      ['if (unread.length === 0) {', 'if (true) {', 'an EPK text that nobody could read passes'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/known-unit.ts',
    ['harness/checks/known-unit.test.ts'],
    [
      [
        "if (outcome === 'foreign') return { verdict: 'FAIL', because, marks }",
        '',
        'a unit of another lot is only inconclusive',
      ],
      ["outcome === 'found' && unit !== null", "outcome !== 'unread'", 'a unit passes that two records fit'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/run-checks.ts',
    ['harness/checks/run-checks.test.ts'],
    [
      [
        "    verdict: 'INCONCLUSIVE',\n    because,",
        "    verdict: 'PASS',\n    because,",
        'a check passes that had nothing to judge',
      ],
      [
        "verdict: 'ERROR', because: errorSentence(error)",
        "verdict: 'INCONCLUSIVE', because: errorSentence(error)",
        'a defect in Assay looks like a bad photograph',
      ],
      [
        'if (error instanceof AssayError) return',
        'if (error instanceof Error) return',
        'the message of a library, with the secret that it quotes, stands in the record',
      ],
      ['signal?.throwIfAborted()', '', 'Ctrl-C waits for every check'],
      [
        'const unread = planned.filter(seen => !isRead(seen))\n',
        'const unread = planned.some(isRead) ? [] : planned\n',
        'of two symbols that must be read one is enough',
      ],
      [
        "    if (requiredMarks(input, 'address-qr').length > 0) return unreadMark(input, 'address-qr')\n",
        '',
        "an unread address is replaced by the record's: the card is compared with itself",
      ],
      ['value === null || value === undefined ? {', 'false ? {', 'a record without the code passes for one that fits'],
      ['...(unreadable && {', '...(false && {', 'statistics count an unread text as none at all'],
    ],
  ),
  ...mutantsOf(
    'harness/checks/seen.ts',
    ['harness/checks/run-checks.test.ts', 'harness/checks/serials-agree.test.ts'],
    [
      [
        "return conflict === null && reading.outcome === 'read'",
        "return reading.outcome === 'read'",
        'of two photographs that contradict each other the better one wins',
      ],
      [
        'required.includes(seen.mark.name) && roleOf(seen.mark) === role',
        'roleOf(seen.mark) === role',
        'a secret is used that this station must not even see',
      ],
    ],
  ),
]
