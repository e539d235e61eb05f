import { type Mutant, mutantsOf } from './mutant.ts'

const courier = ['harness/line/courier/courier.test.ts']
const make = ['harness/line/site-b/make.test.ts']

/** What a site does to a lot. */
export const siteMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/line/site/lot-desk.ts',
    ['harness/line/site/lot-desk.test.ts'],
    [
      ['if (!LotName.safeParse(lot).success) {', 'if (false) {', 'a lot is written outside of the site'],
      [
        "  if (ledger.progress.hasBeen('erasing')) {\n",
        '    if (false) {\n',
        'keys are made anew for a lot whose secrets were erased',
      ],
      [
        'if (profileHash(profile) !== ledger.entries[0]?.body.facts.profileSha256) {',
        'if (false) {',
        'the second half of a lot is another card',
      ],
      [
        "[join(folder, 'store.key'), join(folder, 'units.store')]",
        "[join(folder, 'units.store'), join(folder, 'units.store')]",
        'an erasure leaves the key behind',
      ],
      ['if (ledger.head === null) rmSync(', 'if (false) rmSync(', 'a refused command leaves a lot behind'],
      [
        'if (Array.isArray(units)) for (const serial of units) serials.add(String(serial))',
        '',
        'two lots have one serial',
      ],
      [
        'const bare = (file: string | null) => (file === null ? null : basename(file))',
        'const bare = (file: string | null) => file',
        'two sites with their fonts in two folders mean two products',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/mark-step.ts',
    ['harness/line/site/mark-step.test.ts'],
    [
      ["need(step === 'scrapped' ? reason : 'none'", "need('none'", 'units are taken out without a reason'],
      [
        "step === 'shipped' || step === 'arrived' ? seal",
        "step === 'shipped' ? seal",
        'a box arrives without anybody looking at its seal',
      ],
      [
        '    if (witness !== null && isSamePerson(witness, workplace.operator))\n',
        '    if (false)\n',
        'one person destroys the drive, and vouches for it',
      ],
      [
        'if (known !== undefined && known !== drive) {',
        'if (false) {',
        'another drive is destroyed than the one that the keys are on',
      ],
      ["if (step === 'scrapped' && serials === null)\n", 'if (false)\n', 'a slip takes the whole lot out'],
      [
        '    if (serials === null)\n      throw',
        '    if (serials === null) return { lot, step, units: 0 }\n    if (false)\n      throw',
        'units arrive uncounted',
      ],
      ['    compareSerials(ledger.progress.units, serials)\n', '', 'a unit that is missing from the box is not missed'],
      ['if (seen.has(serial)) throw differ', 'if (false) throw differ', 'a unit that is there twice is taken in'],
      ['if (!known.has(serial)) throw differ', 'if (false) throw differ', 'a strange unit is taken in'],
      ['  if (missing.length > 0)\n', '  if (false)\n', 'a unit that fell out of the box is not missed'],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/pass-station.ts',
    ['harness/line/site/pass-station.test.ts'],
    [
      ['inspection.station !== station || ', '', 'an inspection at another station lets a unit through'],
      [' || inspection.product !== product)', ')', 'an inspection as another product lets a unit through'],
      [
        "verdict === 'PASS' && waiting.has(unit)",
        "verdict !== 'FAIL' && waiting.has(unit)",
        'a unit passes of which nobody could judge anything',
      ],
      [
        "verdict === 'PASS' && waiting.has(unit)",
        "verdict === 'PASS'",
        'the records of units that passed before stop the others',
      ],
      [
        'new Map(inspections.map(',
        'new Map(inspections.toReversed().map(',
        'the first inspection of a unit counts instead of the last',
      ],
      ['inspection.at < madeAt(', "'' > madeAt(", 'an old inspection counts'],
      ['before === undefined || before === signer', 'true', 'another journal lets the next units through'],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/lot-manifests.ts',
    [...make, ...courier, 'harness/line/site/write-record.test.ts'],
    [
      ["if (courier === 'electronic' || seal !== null) return", 'return', 'a manifest is carried without a seal'],
      [
        "if (desk.ledger.find('sent') === null) {",
        'if (true) {',
        'a repeated command cannot give the manifest out once more',
      ],
      [
        'if (earlier.body.facts.manifest === manifestHash(text)) return true',
        'return true',
        'a second manifest replaces the one that was accepted',
      ],
      [
        'if (manifestHash(text) !== entry.body.facts.manifest) {',
        'if (false) {',
        'a lot record is made of another manifest than was accepted',
      ],
      [
        'head.index <= ledgerHead.index',
        'true',
        'a repeated manifest is another one, and is refused at the other site',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/spool.ts',
    ['harness/line/site/spool.test.ts'],
    [
      ["desk.ledger.progress.settings.spool === 'memory' && ", 'false && ', 'what is printed lies open on a drive'],
      [
        'if (!known.includes(folder)) writeDurably',
        'if (known.length === 0) writeDurably',
        'the second spool of a lot is never erased',
      ],
      [
        "openSynchronous(path, 'new', 0o600)",
        "openSynchronous(path, 'new', 0o644)",
        'everybody at the computer reads the passphrases',
      ],
      ['    eraseFile(path, random)\n', '', 'a command that was cut off cannot be repeated'],
      ['name.startsWith(`${serial}.`)', 'name.startsWith(serial)', 'the erasure of one lot takes files of another'],
      ['return own.map(name => eraseFile(join(folder, name), random))', 'return []', 'an erased lot lies in the spool'],
      [
        "if (process.permission?.has('fs.write', folder) === false) {",
        'if (false) {',
        'an erasure that could not reach the spool says that all is gone',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/erase-lot.ts',
    ['harness/line/site/mark-step.test.ts'],
    [
      [
        '[...ledger.progress.units, ...ledger.progress.scrapped]',
        'ledger.progress.units',
        'a unit that was taken out lies in the spool for ever',
      ],
      [
        "if (!ledger.progress.hasBeen('erasing')) ledger.write('erasing', 'all')",
        '',
        'a lot is erased whose units have not passed',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/write-record.ts',
    ['harness/line/site/write-record.test.ts'],
    [
      ['  lotRecordText({ ...content, released: false, heads: {} })\n', '', 'a lot is closed that cannot be recorded'],
      [
        "if (release && !ledger.progress.hasBeen('released')) {",
        'if (false) {',
        'a lot record says released, and nobody has',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site-a/begin.ts',
    ['harness/line/site-a/begin.test.ts', 'harness/line/lot/lot-checks.test.ts'],
    [
      [
        'if (byCustomer !== (codes !== null)) {',
        'if (false) {',
        "the maker draws the passphrase that is the customer's",
      ],
      [
        'if (codes !== null && new Set(codes).size !== codes.length) {',
        'if (false) {',
        'two customers have one passphrase',
      ],
      ['if (codes !== null && codes.length !== count) {', 'if (false) {', 'a customer gets a unit without a code'],
      ['    facts.count === count &&\n', '', 'a repeated command with another count is the same lot'],
      ['    facts.denomination === denomination &&\n', '', 'a repeated command with another value is the same lot'],
      [
        '    canonicalJson(facts.settings) === canonicalJson(settings) &&\n',
        '',
        'a repeated command with laxer settings is the same lot',
      ],
      [
        '    facts.profileSha256 === profileHash(parseProfile(product',
        '    true || facts.profileSha256 === profileHash(parseProfile(product',
        'a repeated command with another card is the same lot',
      ],
      ['  if (doubled)\n', '  if (false)\n', 'two units have one passphrase'],
      [
        'if (count !== null && count.chiSquare > count.limit) {',
        'if (false) {',
        'passphrases of a broken generator go out',
      ],
      [
        "if (decoded.kind === 'intermediate-code' && decoded.hasLot === hasLot(profile)) return",
        "if (decoded.kind === 'intermediate-code') return",
        'a code of another kind than the product takes is sold',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site-a/receive.ts',
    [...courier, ...make],
    [
      [
        'return confirmed.publicKey === publicKey\n',
        'return confirmed !== null\n',
        'a unit whose printed address is of another key is verified',
      ],
      [
        'if (why === null) proved.push(unit.serial)\n        else unconfirmed',
        'proved.push(unit.serial)\n        if (why !== null) unconfirmed',
        'a unit that its passphrase does not open is etched',
      ],
      ['  desk.ledger.refuseOperatorsOf(answer.operators)\n', '', 'one person sees both factors'],
      [
        '  requireSeal(desk.ledger.progress.settings.courier, seal)\n',
        '',
        'an answer is taken whose seal nobody looked at',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/line/site-b/make.ts',
    [...make, ...courier],
    [
      [
        '    refuseDoubled(store)\n',
        '',
        'two units have one key',
        'a second check: site B takes no intermediate code twice, and two codes never give one key',
      ],
      ['  desk.ledger.refuseOperatorsOf(request.operators)\n', '', 'one person sees both factors'],
      ['  requireSeal(request.settings.courier, sealIn)\n', '', 'a manifest is taken whose seal nobody looked at'],
      [
        'if (sources.length > 0) return sources\n',
        'return sources\n',
        'keys are made from the generator of the operating system alone',
      ],
      ['      used += count\n', '', 'one piece of camera noise is in every key'],
      [
        "if (request.settings.drives === 'destroyed' && drive === null) {",
        'if (false) {',
        'nobody knows which drive must be destroyed',
      ],
    ],
  ),
]
