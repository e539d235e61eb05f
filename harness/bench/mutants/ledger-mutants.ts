import { type Mutant, mutantsOf } from './mutant.ts'

const ledger = ['harness/line/ledger/ledger.test.ts']

/** The order of the work, and what an audit makes of the ledgers. */
export const ledgerMutants: readonly Mutant[] = [
  ...mutantsOf('harness/line/ledger/line-ledger.ts', ledger, [
    [
      'if (!read.success) throw faulty(path, `entry ${index} is none of a line ledger`)',
      'if (!read.success) continue',
      'an entry that nobody can read is passed over',
    ],
    [
      'if (objection !== null) throw faulty(path, `entry ${index}: ${objection}`)',
      '',
      'the line goes on after a step that never could have come',
    ],
    [
      '    this.refuseOperatorsOf(this.entries.flatMap(({ body }) => body.facts.peerOperators ?? []))\n',
      '',
      'who has seen the passphrases comes back to see the keys',
    ],
    ['    this.require(step, units)\n', '', 'a unit is etched before its code was verified'],
    ['    this.progress.take(body)\n    return', '    return', 'a unit goes through a step twice'],
    ['    if (shared === undefined) return\n', '    return\n', 'one person sees both factors'],
    [
      '...this.entries.map(({ body }) => body.operator), ',
      '',
      'who worked here yesterday may work at the other site today',
    ],
  ]),
  ...mutantsOf('harness/line/ledger/unit-progress.ts', ledger, [
    [
      'if (site !== this.#site || row === null) return',
      'if (row === null) return',
      "a site writes the other site's steps",
    ],
    ['if (row.wholeLot && this.#lotSteps.has(step)) return', 'if (false) return', 'a lot is released twice'],
    [
      "if (row.wholeLot && units !== 'all' && this.#steps.size > 0) return",
      'if (false) return',
      'half a lot is shipped as the whole',
    ],
    [
      'if (new Set(concerned).size !== concerned.length) return',
      'if (false) return',
      'a unit that was scanned twice makes up for one that is missing',
    ],
    ['if (!this.#steps.has(serial)) return', 'if (false) return', 'a unit of another lot goes along'],
    ['if (this.#scrapped.has(serial)) return', 'if (false) return', 'a unit that was taken out comes back'],
    [
      'if (!row.wholeLot && this.#has(serial, step)) return',
      'if (false) return',
      'a unit is printed twice: its key exists twice',
    ],
    ['if (missing !== undefined) return', 'if (false) return', 'a unit goes on that failed its station'],
    ["if (step === 'scrapped') this.#scrapped.add(serial)\n      else if", 'if', 'a scrapped unit is sold'],
    [
      'if (row.isLeftOut?.(this.#settings)) return row.after.every(before => this.#isThrough(serial, before))',
      'if (row.isLeftOut?.(this.#settings)) return true',
      'a step that is left out lets through what never came to it',
    ],
    [
      'return row.wholeLot ? this.#lotSteps.has(step) : this.#has(serial, step)',
      'return this.#lotSteps.has(step) || this.#has(serial, step)',
      'one unit that passed lets all others pass',
    ],
    ['if (facts.settings !== undefined) this.#settings = facts.settings', '', "the lot's own settings do not count"],
  ]),
  ...mutantsOf('harness/line/ledger/steps.ts', ledger, [
    [
      "after: ['verified', 'stickers-checked'], what: 'etch'",
      "after: ['stickers-checked'], what: 'etch'",
      'a passphrase is etched beside a key that it does not open',
    ],
    [
      "after: ['verified', 'stickers-checked'], what: 'etch'",
      "after: ['verified'], what: 'etch'",
      'a passphrase is etched beside the sticker of another unit',
    ],
    [
      "step: 'erasing', after: ['etched-passed']",
      "step: 'erasing', after: ['etched']",
      'passphrases are erased of units that must be etched again',
    ],
    [
      "after: ['sealed-passed', 'destroyed']",
      "after: ['sealed-passed']",
      'a lot is released while its passphrases are on a drive',
    ],
    [
      "after: ['applied', 'sent', 'destroyed']",
      "after: ['applied', 'sent']",
      'units leave site B while their keys are on a drive',
    ],
    [
      "step: 'applied', after: ['printed-passed']",
      "step: 'applied', after: ['printed']",
      'a layer is laminated that nobody has proved',
    ],
    [
      "({ inspections }: LineSettings) => inspections === 'none'",
      '(_: LineSettings) => true',
      'the stations are left out without anybody having said so',
    ],
    [
      "({ drives }: LineSettings) => drives === 'overwritten'",
      '(_: LineSettings) => true',
      'a drive with secrets is kept without anybody having said so',
    ],
    [
      "serialCheck === 'after-etching'",
      "serialCheck !== 'before-etching'",
      'stickers are compared only when it is too late',
    ],
  ]),
  ...mutantsOf('harness/line/ledger/audit.ts', ledger, [
    [
      'for (const { index, sentence } of chainFaults(entries)) blame(origin, sentence, index)',
      '',
      'an audit is content with a changed ledger',
    ],
    ['if (objection !== null) blame(origin, objection, index)', '', 'an audit is content with steps out of order'],
    [
      'if (read.data.site !== first.site || read.data.lot !== first.lot) {',
      'if (false) {',
      'entries of another lot pass',
    ],
    [
      ' !== undefined) fault(`${operator} worked at both sites`)\n',
      ' === null) fault(`${operator} worked at both sites`)\n',
      'an audit does not see that one person worked at both sites',
    ],
    ['if (taken !== undefined && sent === undefined) fault', 'if (false) fault', 'units arrive that were never sent'],
    ['if (sent.facts[fact] !== taken.facts[fact])\n', 'if (false)\n', 'a box with another seal arrives'],
    [
      'if (head != null && kept.entries[head.index]?.hash !== head.hash) {',
      'if (false) {',
      'a ledger that was cut off and written anew passes',
    ],
    [
      'if (facts.peer !== undefined && facts.peer !== kept.entries[0]?.signer)\n',
      'if (false)\n',
      'the ledger of another site passes for the one that was trusted',
    ],
    ['if (!a.progress.scrapped.has(serial)) fault', 'if (false) fault', 'a unit is sold that site B has taken out'],
    ['if (found.length > 1) {', 'if (false) {', 'two ledgers of one lot are both right'],
  ]),
]
