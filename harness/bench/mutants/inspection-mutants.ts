import { type Mutant, mutantsOf } from './mutant.ts'

export const inspectionMutants: readonly Mutant[] = [
  ...mutantsOf(
    'harness/inspection/merge.ts',
    ['harness/inspection/merge.test.ts'],
    [
      [
        "['unsure', 'whole', 'displaced', 'broken', 'missing']",
        "['unsure', 'displaced', 'broken', 'missing', 'whole']",
        'a cover that is broken on one photograph is whole by another one',
      ],
      ['Math.log(0.01)', 'Math.log(1e-30)', 'a photograph that shows another character never speaks against a text'],
      [
        '[null, false, true].indexOf(showsMark[outcome])',
        '[null, true, false].indexOf(showsMark[outcome])',
        'a passphrase that shows in one photograph is covered because another one says so',
      ],
      ['rank(a.reading) - rank(b.reading) ||\n', '', 'an unread mark stands where another photograph reads it'],
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
    'harness/inspection/run.ts',
    ['harness/inspection/run.test.ts', 'harness/inspection/retake.test.ts'],
    [
      [
        'if (alarm !== null && !alarm.acknowledged) {',
        'if (false) {',
        'the run goes on after an encrypted key lay open',
      ],
      [
        'if (alarm !== null && !alarm.acknowledged) {',
        'if (alarm !== null) {',
        'an alarm that was planted stops the demo',
      ],
      [
        "      stop.abort(new AssayError('run-stopped', 'Not judged: an alarm at another unit stopped the run.'))\n",
        '',
        'units that are in hand are judged and handed on after an alarm',
      ],
      ['      if (ended.aborted) break\n', '', 'further units are taken in hand after an alarm'],
      ['  if (stopped !== null) throw stopped\n', '', 'whoever runs the line does not hear that an alarm stopped it'],
      [
        '    await onRecord(inspected)\n',
        '    void onRecord(inspected)\n',
        'the next unit is in the nest before the record of this one is on the drive',
      ],
      ['    await wipe(unit)\n', '', 'every passphrase of a run stays in memory until it ends'],
      [
        'if (inHand.length > ahead) await',
        'if (inHand.length >= ahead) await',
        'the camera waits for the eyes: the line is half as fast',
      ],
      [
        'if (inHand.length > ahead) await',
        'if (inHand.length > ahead + 1) await',
        'a unit is taken out of the nest before its record stands',
      ],
      [
        '  while (inHand.length > 0) {',
        '  while (false) {',
        'units that are in hand when the source breaks off have no record',
      ],
      ['if (unread.length === 0) return first', 'return first', 'glare on one photograph leaves a good unit undecided'],
      ['if (unread.length === 0) return first', '', 'every unit is photographed twice, which halves the line'],
      ["if (typeof visit.photographs !== 'function') return first\n", '', 'the files of a unit count twice'],
      [
        'unit.taken = Promise.resolve([...taken, ...retaken])',
        'unit.taken = Promise.resolve(retaken)',
        'a second photograph replaces the first one, with all that spoke against the unit',
      ],
      [
        'visit.station.plan.retakes',
        'visit.station.plan.photographs',
        'the glare of the first photograph is on the second one too',
      ],
      ['AbortSignal.any([signal, stop.signal])', 'stop.signal', 'Ctrl-C is not heard'],
      ['  signal?.throwIfAborted()\n}', '}', 'a run that was interrupted ends as if it had been done'],
      ['captureRetries.push(retry)', 'retry', 'a camera that fails every second time looks sound'],
      [
        '{ ...visit, started, captureRetries',
        '{ ...visit, captureRetries',
        'the time at the camera counts for nothing',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/inspect-unit.ts',
    [
      'harness/inspection/inspect-unit.test.ts',
      'harness/inspection/kept-keys.test.ts',
      'harness/inspection/inspect-loose-layers.test.ts',
      'harness/inspection/inspected-parts.test.ts',
    ],
    [
      ['    draft.fail(error)\n', '', 'a rig that failed leaves a unit that is only inconclusive'],
      ['  refuseUnknownLimits(profile)\n', '', 'a limit that was misspelt is never enforced'],
      [
        'withKeysKept(profile, reading)',
        'reading',
        'a private key that stands where an address should be is written into the record',
      ],
      [
        '  await request.onReadingsWritten?.(digest)\n',
        '  void request.onReadingsWritten?.(digest)\n',
        'records are opened before the blind readings are on the drive',
      ],
      [
        'if (exposure !== null) return draft.stop(exposure)',
        'if (exposure !== null) draft.stop(exposure)',
        'keys are multiplied of a unit whose secrets lay open',
      ],
      [
        'lightOf(taken[i]!), seenAt(station, reading), ',
        'lightOf(taken[i]!), reading, ',
        'a layer that is held under the camera stands in for the card',
      ],
      [
        'unit?.confirmationCode ?? confirmationCode',
        'confirmationCode ?? unit?.confirmationCode',
        'a code on the card is proved against itself instead of against the record',
      ],
      [
        'address: address ?? unit?.address',
        'address: unit?.address ?? address',
        'the record is proved against itself instead of against the card',
      ],
      [
        'flags: profile.bip38.flags',
        'flags: [0x00, 0x04, 0x20, 0x24]',
        'a key of another kind than the product has passes',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/draft-record.ts',
    [
      'harness/inspection/inspect-unit.test.ts',
      'harness/inspection/kept-keys.test.ts',
      'harness/inspection/inspect-loose-layers.test.ts',
      'harness/inspection/inspected-parts.test.ts',
    ],
    [
      ['this.#request.acknowledged?.includes(exposure.code) ?? false', 'true', 'no alarm ever stops a run'],
      [
        'if (error instanceof AssayError) return { code: error.code',
        'if (error instanceof Error) return { code: error.name',
        'the message of a library, with the secret that it quotes, stands in the record',
      ],
      [
        "if (error instanceof Error && error.name === 'AbortError') {",
        'if (false) {',
        'Ctrl-C looks like a defect in Assay',
      ],
      ['this.#record.readingsSha256 = digest\n', '', 'nobody can prove later that the reading was blind'],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/factors.ts',
    [
      'harness/inspection/inspect-unit.test.ts',
      'harness/inspection/kept-keys.test.ts',
      'harness/inspection/inspect-loose-layers.test.ts',
      'harness/inspection/inspected-parts.test.ts',
    ],
    [
      ['secret?.dispose()', 'void secret', 'the passphrase of every unit stays in memory'],
      ['read?.alternatives ? alternativesOf(read.alternatives) : []', '[]', 'a misread letter fails a good card'],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/photograph-unit.ts',
    [
      'harness/inspection/retake.test.ts',
      'harness/inspection/capture-retry.test.ts',
      'harness/inspection/inspect-loose-layers.test.ts',
    ],
    [
      [
        'showsMark[outcome] === null',
        'showsMark[outcome] !== true',
        'a mark that was seen to be gone is looked for until it turns up',
      ],
      [
        'return requiredMarkNames(station, profile).filter(name =>',
        'return requiredMarkNames(station, profile).slice(1).filter(name =>',
        'one unread mark is no reason to look again',
      ],
      [
        'seen.map(({ reading }) => seenAt(station, reading))',
        'seen.map(({ reading }) => reading)',
        'a layer that is held under the camera counts as the card: the card is never looked at',
      ],
      ['!passing.includes(error.code)', 'false', 'a stage that lost its place is asked again and again'],
      ['left <= 0 || ', '', 'a camera that is broken is asked for ever'],
      [
        '    await rig.light.set(light as LightPreset, signal)\n',
        '',
        'every photograph is taken under the light of the one before',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/station.ts',
    [
      'harness/inspection/station.test.ts',
      'harness/inspection/retake.test.ts',
      'harness/guard/exposure.test.ts',
      'harness/inspection/inspect-unit.test.ts',
    ],
    [
      [
        "retakes: [{ light: 'ring'",
        "retakes: [{ light: 'dome'",
        'the glare of the first photograph is on the second one too',
      ],
      ["decryption: ['opened']", "decryption: ['etched', 'opened']", 'private keys are computed on the line'],
      ["keyless: ['printed', 'opened']", "keyless: ['opened']", 'an encrypted key that was printed wrong is laminated'],
      [
        "'passphrase-commitment': ['etched', 'opened']",
        "'passphrase-commitment': ['opened']",
        'a passphrase that opens nothing is covered',
      ],
      [
        "factorsMayMeet: name === 'opened'",
        "factorsMayMeet: name !== 'printed'",
        'both factors may lie open on the line',
      ],
      [
        "[...top, 'passphrase', 'confirmation-code'], ['passphrase'])",
        "[...top, 'passphrase', 'confirmation-code'], ['epk', 'passphrase'])",
        'an encrypted key that shows beside the passphrase is no alarm',
      ],
      [
        "[...top, 'cover', 'confirmation-code'], [], [dome, fromTheSide])",
        "[...top, 'cover', 'confirmation-code'], ['epk'], [dome, fromTheSide])",
        'an encrypted key that shows on a finished unit is no alarm',
      ],
      [
        'mark.secret && !showsAt(station, mark)',
        'mark.secret && false',
        'nobody looks whether the secrets are covered',
      ],
      ["(state === 'printed' && mark.on !== 'card')", 'false', 'nothing is read on the loose layers'],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/identify.ts',
    ['harness/inspection/identify.test.ts'],
    [
      ['.sort((a, b) => a.rank - b.rank)', '', 'a sticker says which unit a card is'],
      [
        'unit === undefined || twin !== undefined',
        'unit === undefined',
        'of two records that fit the first one is taken',
      ],
      [
        "outcome: 'foreign', because, marks: clues",
        "outcome: 'unread', because, marks: clues",
        'a unit of another lot is only photographed again',
      ],
      [
        'return units.length === 0 ? [] : [{ seen, rank: 4, units }]',
        'return [{ seen, rank: 4, units }]',
        'a misread letter makes a good unit a foreign one',
      ],
      [
        'const first = clues.find(({ units }) => units.length > 0)',
        'const first = clues[0]!.units.length > 0 ? clues[0] : undefined',
        'a card whose serial was misprinted belongs to nobody, although its address says whose it is',
      ],
    ],
  ),
  ...mutantsOf(
    'harness/inspection/public-reading.ts',
    ['harness/inspection/public-reading.test.ts'],
    [
      [
        'mark === undefined || mark.secret || text instanceof Secret',
        'mark?.secret === true || text instanceof Secret',
        'what stands at a mark that nobody knows is written into the record',
      ],
      [
        'mark === undefined || mark.secret || text instanceof Secret',
        'mark === undefined || text instanceof Secret',
        'what was read at a secret mark is written into the record',
      ],
      [
        'mark === undefined || mark.secret || text instanceof Secret',
        'mark === undefined || mark.secret',
        'a private key at a public mark is called public',
      ],
      ['text: secret ? null : text', 'text: text === null ? null : String(text)', 'secret texts stand in the record'],
      [
        'Number.isFinite(value) ? rounded(value, 4) : null',
        'rounded(value, 4)',
        'what could not be measured stands in the record as zero',
      ],
    ],
  ),
]
