import { type Mutant, mutantsOf } from './mutant.ts'

export const coreMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/core/verdict.ts',
    ['harness/core/verdict.test.ts'],
    [
      [
        'rank = Math.max(rank, verdicts.indexOf(verdict))',
        'rank = verdicts.indexOf(verdict)',
        'the last finding speaks instead of the worst: a fail before a pass is a pass',
      ],
      ["verdicts[rank] ?? 'INCONCLUSIVE'", "verdicts[rank] ?? 'PASS'", 'a unit of which nothing was checked passes'],
    ],
  ),
  ...mutantsOf(
    'harness/core/secret.ts',
    ['harness/core/secret.test.ts'],
    [
      [
        'toString(): string {\n    return REDACTED',
        'toString(): string {\n    return this.exposeText()',
        'a passphrase stands in a log line',
      ],
      [
        'toJSON(): string {\n    return REDACTED',
        'toJSON(): string {\n    return this.exposeText()',
        'a passphrase stands in a record',
      ],
      [
        '[Symbol.toPrimitive](): string {\n    return REDACTED',
        '[Symbol.toPrimitive](): string {\n    return this.exposeText()',
        'a passphrase stands in an error message',
      ],
      [
        "[Symbol.for('nodejs.util.inspect.custom')](): string {\n    return REDACTED",
        "[Symbol.for('nodejs.util.inspect.custom')](): string {\n    return this.exposeText()",
        'a passphrase stands in what a debugger or the console prints',
      ],
      [
        'return new Secret(Uint8Array.from(bytes))',
        'return new Secret(bytes)',
        'whoever zeroes its own copy wipes the secret that is still in use',
      ],
      [
        'return Uint8Array.from(this.#bytes)',
        'return this.#bytes',
        'the first reader that zeroes its copy wipes the secret for the next',
      ],
      [
        '    this.#bytes.fill(0)\n',
        '',
        'a wiped passphrase stays in memory until the engine happens to reuse the place',
      ],
      ['difference |= ', 'difference = ', 'two EPKs that end alike are one EPK'],
      [
        'if (other.#bytes.length !== this.#bytes.length) return false',
        '',
        'a passphrase that is cut off equals the whole one',
      ],
      ['if (this.#bytes.length === 0) throw', 'if (false) throw', 'a wiped secret is used as an empty passphrase'],
    ],
  ),
  ...mutantsOf(
    'harness/core/key-shapes.ts',
    ['harness/core/looks-secret.test.ts'],
    [
      ['^\\s*6P|', '', 'an EPK that was read to a few characters is shown'],
      ['inside.length === 33 || inside.length === 34', 'inside.length === 33', 'a private key of Dogecoin is shown'],
      ['inside.length === 78 && inside[45] === 0', 'false', 'the extended private key of some coin is shown'],
      ['glued ? null : kindOfShape(token)', 'kindOfShape(token)', 'a link to an address is taken for a private key'],
    ],
  ),
  ...mutantsOf(
    'harness/core/assay-error.ts',
    ['harness/core/assay-error.test.ts'],
    [
      [
        'options.exitCode ?? exitCodes.usage',
        'options.exitCode ?? exitCodes.passed',
        'a command that stopped with an error ends as if all had passed',
      ],
      ['internal: 70', 'internal: 1', 'a defect in Assay is taken for a unit that failed'],
    ],
  ),
  ...mutantsOf(
    'harness/core/vocabulary.ts',
    ['harness/core/verdict.test.ts'],
    [
      [
        "verdicts = ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR']",
        "verdicts = ['PASS', 'FAIL', 'INCONCLUSIVE', 'ERROR']",
        'what could not be judged hides a fail',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/core/process-lock.node.ts',
    ['harness/core/process-lock.test.ts', 'harness/custody/store.test.ts'],
    [
      ['BEGIN EXCLUSIVE', 'BEGIN', 'two commands write one ledger, or drive one rig, at the same time'],
      ['if (isBusy(error)) return null', 'if (isBusy(error)) throw error', 'whoever must wait sees an error of SQLite'],
    ],
  ),
]
