import { type Mutant, mutantsOf } from './mutant.ts'

const chain = ['harness/custody/chain.test.ts']
const store = ['harness/custody/store.test.ts']

export const custodyMutants: readonly Mutant[] = [
  ...mutantsOf('harness/custody/canonical-json.ts', chain, [
    [
      'JSON.stringify(value) === text && !text',
      '!text',
      'one entry has many texts: a journal is written anew with the hashes that it has',
    ],
    ["!text.includes('\\\\ud') &&", '', 'half a character stands in a journal'],
    [' && isInOrder(value)', '', 'one entry has many texts by the order of its fields'],
    ['return keys.sort()', 'return keys', 'one value has two hashes: a sound chain is broken'],
    ['if (!value.isWellFormed()) throw', 'if (false) throw', 'two texts that differ in half a character have one hash'],
    ['!isSafe || Object.is(value, -0)', '!isSafe', '-0 and 0 are written alike'],
    [
      '(!Number.isInteger(value) || Number.isSafeInteger(value))',
      'true',
      'a whole number that no double holds is signed as another one',
    ],
  ]),
  ...mutantsOf('harness/custody/hash-chain.ts', chain, [
    [
      'previous: last?.hash ?? chainStart,',
      'previous: chainStart,',
      'entries do not hang together: any of them can be left out',
    ],
    ['if (entry.index > expected) {', 'if (false) {', 'an entry is left out and nobody sees which'],
    ['} else if (entry.index < expected) {', '} else if (false) {', 'an entry that is there twice is sound'],
    ['if (entry.hash !== hashOf(entry)) return', 'if (false) return', 'an entry is changed after it was written'],
    ['if (entry.hash !== hashWithin(text, entry)) return', 'if (false) return', 'an entry of a journal is changed'],
    [
      'return isSignedBy(entry.signer,',
      'return true || isSignedBy(entry.signer,',
      'whoever can write the file can write the ledger',
    ],
    ['if (!allowed.includes(entry.signer)) fault', 'if (false) fault', 'a stranger goes on with the ledger'],
    [
      'signers ?? entries.slice(0, 1).map(({ signer }) => signer)',
      'entries.slice(0, 1).map(({ signer }) => signer)',
      "a whole ledger of a stranger's passes for ours",
    ],
    [
      'entry.index === expected && entry.previous !== (before?.hash ?? chainStart)',
      'false',
      'an entry is replaced by another one that the same key signed',
    ],
    ['before !== undefined && entry.at < before.at', 'false', 'what happened later stands there as earlier'],
    [
      'if (entries[head.index]?.hash !== head.hash) {',
      'if (false) {',
      'the end of a ledger is cut off, and what happened last never did',
    ],
    [
      'canonicalJson({ format, index, previous, at, body, signer })',
      'canonicalJson({ format, index, previous, body, signer })',
      'the time of an entry can be changed',
    ],
    [
      'canonicalJson({ format, index, previous, at, body, signer })',
      'canonicalJson({ format, index, at, body, signer })',
      'an entry can be hung behind another one',
    ],
  ]),
  ...mutantsOf('harness/custody/clock.ts', chain, [
    ['ledger: 2000', 'ledger: 2_000_000', 'a clock that is half an hour behind writes on'],
    ['ledger: 2000', 'ledger: 0', 'a step of network time stops the line'],
  ]),
  ...mutantsOf('harness/custody/chain-file.ts', chain, [
    ['    this.#file.cutAt(end)\n', '', 'what is left of a torn entry stands behind the next one: the ledger is lost'],
    [
      'if (fault !== undefined) throw broken(path, fault.sentence)',
      '',
      'the line goes on with a ledger that was changed',
    ],
    ['{ signers: [key.publicKey] }', '{}', 'a site goes on with the ledger of another one'],
    [
      "if (lines.pop() !== '') throw broken(origin, 'the last line is not whole')",
      'lines.pop()',
      'an audit passes over half an entry',
    ],
    [
      "      throw new CustodyError('chain-newer'",
      "      if (false) throw new CustodyError('chain-newer'",
      'an old Assay calls the ledger of a newer one damaged',
    ],
  ]),
  ...mutantsOf(
    'harness/custody/durable-file.ts',
    ['harness/custody/durable-file.test.ts'],
    [
      ['O_RDWR | (O_SYNC ?? 0) |', 'O_RDWR |', 'what was acknowledged is gone after a power cut'],
      ['O_CREAT | O_EXCL', 'O_CREAT', 'two processes begin one ledger'],
      ['O_WRONLY | onlyNew | (O_SYNC ?? 0), mode', 'O_WRONLY | onlyNew, mode', 'a manifest is empty after a power cut'],
      [
        'rmSync(path, { force: true })\n  return openSync(path, O_WRONLY | onlyNew',
        'return openSync(path, O_WRONLY | O_CREAT',
        'a link that another user planted is written through',
      ],
      ['const partial = `${path}.partial`', 'const partial = path', 'a full drive destroys the file that was there'],
      ['rmSync(partial, { force: true })', '', 'half a file lies beside the whole one for ever'],
      [
        'bytes.length - done, at + done)',
        'bytes.length - done, at)',
        'what the drive took in two portions is written over itself',
      ],
    ],
  ),
  ...mutantsOf('harness/custody/erase.ts', store, [
    [
      'for (let at = 0; at < size; at += chunk) writeAt(file, random.bytes(Math.min(chunk, size - at)), at)',
      '',
      'an erased key lies on the drive as it was',
    ],
    ['at < size; at += chunk', 'at < chunk; at += chunk', 'only the beginning of a store is overwritten'],
    ['    unlinkSync(path)\n', '', 'an erased file is still there, and the next command takes it for a damaged store'],
  ]),
  ...mutantsOf(
    'harness/custody/growing-file.ts',
    [...chain, ...store],
    [
      [
        'if (end < this.#size) ftruncateSync(this.#file, end)',
        '',
        'what a power cut left stands behind the next record: the file is lost',
      ],
      ['    this.#size = end\n', '', 'the next record is written behind a gap'],
      ['    this.#size += bytes.length\n', '', 'the third record overwrites the second'],
      [
        "existsSync(path) ? 'old' : 'new', mode)",
        "existsSync(path) ? 'old' : 'new')",
        'everybody at the computer can copy the encrypted store',
      ],
    ],
  ),
  ...mutantsOf('harness/custody/hold-folder.ts', store, [
    [
      'if (lock === null) throw heldBy(folder, note)',
      'if (lock === null) return { [Symbol.dispose]: () => {} }',
      'two commands write one ledger at the same time',
    ],
  ]),
  ...mutantsOf('harness/custody/sealed-store.ts', store, [
    [
      'const nonce = this.#options.random.bytes(nonceLength)',
      'const nonce = Buffer.alloc(nonceLength)',
      'all passphrases are under one key stream: two of them open the rest',
    ],
    ['label} record ${index}`', 'label}`', 'two units change places in the store, and each gets the other key'],
    [
      'assay-store-1 ${this.#options.label} record',
      'assay-store-1 record',
      'the store of another lot passes for this one',
    ],
    [
      '    this.#file.cutAt(this.#places.at(-1)!)\n',
      '',
      'what is left of half a record stands behind the next one: the store is lost',
    ],
    [
      'length.readInt32BE(4) !== ~recordLength ||',
      'false ||',
      'a damaged length cuts off every unit behind it without a word',
    ],
    [
      ' || recordLength > longestRecord',
      '',
      'a damaged length is taken for half a record, and every unit behind it is cut off',
    ],
    [
      ' || isZero(file, at)) return places',
      ') return places',
      'zeros that a power cut left make a sound store damaged',
    ],
    ['if (end > file.size) return places', '', 'half a record counts as a unit'],
    [
      'for (const { length } of sealed) this.#places.push',
      'for (const { length } of sealed.slice(1)) this.#places.push',
      'the next unit overwrites the last one',
    ],
    [
      'if (this.#file.size < headLength) {',
      'if (this.#file.size === 1) {',
      'a store that was killed at its birth stops the lot',
    ],
    [
      "    throw new CustodyError(\n      'store-newer'",
      "    if (false) throw new CustodyError(\n      'store-newer'",
      'an old Assay calls the store of a newer one damaged',
    ],
    ['        record.fill(0)\n', '', 'every passphrase of the lot stays in memory'],
  ]),
  ...mutantsOf('harness/custody/signing-key.ts', chain, [
    ["if (key.length !== 32 || key.toString('base64url') !== publicKey) return null", '', 'one key has two names'],
    [
      "if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return null",
      '',
      'one signature has two texts: a ledger can be changed without breaking it',
    ],
    ['&& verify(null, message,', '&& true || verify(null, message,', 'every signature is right'],
    ['&& (await verifyBeside(', '&& (true || await verifyBeside(', 'every signature of a journal is right'],
    [
      'if (bare(typed) !== bare(fingerprint(publicKey))) {',
      'if (!bare(fingerprint(publicKey)).startsWith(bare(typed))) {',
      'four digits read aloud accept a key that an attacker made to match',
    ],
    [
      'if (bytes.length !== 32) throw',
      'if (false) throw',
      'a seed that was cut off ends in an error of OpenSSL that nobody understands',
    ],
    ['hash.slice(0, 32)', 'hash.slice(0, 16)', 'a fingerprint of 64 bits can be matched by another key'],
  ]),
  ...mutantsOf('harness/custody/store-key.ts', store, [
    ['`${format} ${purpose}`', 'format', 'the key of one lot stands in for that of another'],
    ['const usualCost = 2 ** 15', 'const usualCost = 2', 'a stolen drive is opened by guessing the password'],
    [
      'if (password.length >= shortestPassword) return',
      'return',
      'a password of four letters guards the passphrases of a lot',
    ],
    ['const salt = random.bytes(16)', 'const salt = new Uint8Array(16)', 'one table of guesses opens every drive'],
    [
      'const nonce = random.bytes(nonceLength)',
      'const nonce = new Uint8Array(nonceLength)',
      'two keys under one password show what they have in common',
    ],
    ['    .max(2 ** 20),', '    .min(2),', 'a planted key file makes the site compute for a year'],
    [
      "    throw new CustodyError('password-wrong'",
      "    if (false) throw new CustodyError('password-wrong'",
      'a wrong password gives no key and no error',
    ],
  ]),
]
