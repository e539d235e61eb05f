// The words that more than one room spells: each has its one meaning here (records, stations, checks, vision).

export const stationNames = ['printed', 'etched', 'sealed', 'opened'] as const
export type StationName = (typeof stationNames)[number]

/** Best first: a verdict can only get worse, as in TTCN-3 (ETSI ES 201 873-1 §24). */
export const verdicts = ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const
export type Verdict = (typeof verdicts)[number]

/** Why a run is stopped at a unit: what lies open where it must not (design.md rule 6). */
export const alarmCodes = ['epk-exposed', 'passphrase-exposed', 'both-factors-exposed', 'secret-exposed'] as const
export type AlarmCode = (typeof alarmCodes)[number]

/** What gives money away: the two factors of a unit, and whatever else may lie beside or on a card. */
export const secretKinds = [
  'epk',
  'passphrase',
  'wif',
  'mini-key',
  'extended-key',
  'age-key',
  'nostr-key',
  'coin-key',
  'pem-key',
  'seed-words',
  'seed-qr',
  'raw-key',
] as const
export type SecretKind = (typeof secretKinds)[number]

/** How sentences call them, with nothing of them. */
export const secretTitles: Readonly<Record<SecretKind, string>> = {
  epk: 'the encrypted private key',
  passphrase: 'the passphrase',
  wif: 'a private key (WIF)',
  'mini-key': 'a mini private key',
  'extended-key': 'an extended private key',
  'age-key': 'an age secret key',
  'nostr-key': 'a nostr secret key',
  'coin-key': 'a private key of some coin',
  'pem-key': 'the private key of a key file',
  'seed-words': 'the words of a seed',
  'seed-qr': 'a seed as a symbol (SeedQR)',
  'raw-key': 'the bare bytes of a key or seed',
}

/** In the order in which findings stand in a record. */
export const checkNames = [
  'known-unit',
  'code-integrity',
  'profile-match',
  'owner-entropy',
  'address-hash',
  'passphrase-commitment',
  'confirmation',
  'decryption',
  'keyless',
  'serials-agree',
  'address-matches',
  'epk-matches',
  'concealed',
  'cover-intact',
  'layer-intact',
  'placement',
  'print-quality',
  'legibility',
  'nothing-else',
] as const
export type CheckName = (typeof checkNames)[number]

/**
 * What only a reference of the product's appearance can prove, and so may be left open by an inspection that passes nothing
 * else: `cover-material`, that a cover is of the product's own material and no tape, paint or other foil; `faint-marks`, that
 * nothing too faint for the detectors stands on the card.
 */
export const unprovedNames = ['cover-material', 'faint-marks'] as const
export type UnprovedName = (typeof unprovedNames)[number]

/**
 * What is left over on a card when every mark is explained: `text` and `symbol` by their detectors; `blot`, anything else that
 * looks unlike good units (stroke, dot, label, hole, stain, scratch); `odd-place`, what looks unlike its surroundings where nobody
 * knows how good units look; `open-layer`, the layer below where the top layer should lie over it;
 * `show-through`, what shows through the top layer.
 */
export const leftoverKinds = [
  'text',
  'symbol',
  'blot',
  'odd-place',
  'open-layer',
  'show-through',
  'in-the-way',
] as const
export type LeftoverKind = (typeof leftoverKinds)[number]

/**
 * What looked for leftovers: without a word from each of the first two, and from one of the others, nobody knows that there are
 * none. `appearance` compares with good units, `surroundings` only each place with those around it.
 */
export const leftoverLooks = ['text-detector', 'symbol-search', 'appearance', 'surroundings'] as const
export type LeftoverLook = (typeof leftoverLooks)[number]

/**
 * How a text as it was read compares with what it has to be:
 * - `match`: as it was read;
 * - `match-after-correction`: only after a look-alike that the picture allows was put in; never a pass;
 * - `confused`: read otherwise, but the picture allows what it should be as well;
 * - `mismatch`: read otherwise, and the picture does not allow it;
 * - `unreadable`: not read with enough confidence, or photographs contradict each other.
 */
export const comparisons = ['match', 'match-after-correction', 'confused', 'mismatch', 'unreadable'] as const
export type Comparison = (typeof comparisons)[number]

/**
 * Of a cover (scratch-off), which is looked at and not read:
 * - `whole`: it lies over all that it covers, unbroken;
 * - `broken`: it is there, and some of what it covers lies open;
 * - `displaced`: it is there, and its edges are seen not to reach over all that it covers;
 * - `missing`: it is not there: all that it covers lies open;
 * - `unsure`: none of these with enough confidence: not good and not bad.
 */
const coverOutcomes = ['whole', 'broken', 'displaced', 'missing', 'unsure'] as const
export type CoverOutcome = (typeof coverOutcomes)[number]

/**
 * Of a symbol or a text, or what is said of a {@link CoverOutcome cover}:
 * - `read`: seen and accepted;
 * - `unread`: something is there, but it could not be read with enough confidence: not good and not bad;
 * - `absent`: the place was seen well and the mark is not there;
 * - `concealed`: the place was seen well and is covered.
 */
export const outcomes = ['read', 'unread', 'absent', 'concealed', ...coverOutcomes] as const
export type Outcome = (typeof outcomes)[number]

export const isOfCover = (outcome: Outcome): outcome is CoverOutcome => coverOutcomes.some(one => one === outcome)

/** Does an outcome say that the mark is in view? Null: it says nothing; a damaged cover may be on its way on or off. */
export const showsMark: Readonly<Record<Outcome, boolean | null>> = {
  read: true,
  whole: true,
  absent: false,
  concealed: false,
  missing: false,
  unread: null,
  broken: null,
  displaced: null,
  unsure: null,
}

/** What a rig's calibration can take out of a picture before it is read. */
export const correctedParts = ['dark', 'gain', 'lens'] as const
export type CorrectedPart = (typeof correctedParts)[number]

/**
 * How it is known that a photograph is younger than the last change of light or pose. `stamp`: the camera's own; `trigger`: it releases only when told; `change`: the change itself was seen; `latency`: the camera's
 * measured latency was waited for; `unproved`: nothing of that.
 */
export const freshnessProofs = ['stamp', 'trigger', 'change', 'latency', 'unproved'] as const
export type FreshnessProof = (typeof freshnessProofs)[number]

/** What may drive the devices of a real rig; `fixed`: none is there that a program moves or switches. */
export const realDrivers = {
  camera: ['http', 'chromium', 'ffmpeg', 'gphoto2', 'folder'],
  stage: ['grbl', 'marlin', 'klipper', 'fixed'],
  light: [
    'grbl',
    'wled-serial',
    'wled-http',
    'relay-lcus',
    'relay-modbus-tcp',
    'relay-modbus-rtu',
    'relay-gpio',
    'klipper',
    'fixed',
  ],
} as const
