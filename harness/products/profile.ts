import { z } from 'zod'

const mm = z.number().min(-500).max(500)
const size = z.number().positive().max(500)

/** A rectangle in mm, x right, y down, in the frame that its owner names. */
export const RectMm = z.strictObject({ x: mm, y: mm, width: size, height: size })
export type RectMm = z.infer<typeof RectMm>

/** What has happened to the unit (design.md: printed → stickered → etched → sealed → opened). */
export const State = z.enum(['printed', 'stickered', 'etched', 'sealed', 'opened'])
export type State = z.infer<typeof State>

/** Where a mark is: its rectangle is measured from that surface's own top left corner. */
export const Surface = z.enum(['card', 'top-layer', 'bottom-layer'])
export type Surface = z.infer<typeof Surface>

const markBase = {
  /** The mark's name, unique in the profile: `address-qr`, `serial-card`, … */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  on: Surface,
  /** The smallest rectangle that holds the mark's ink, mm from the top left of `on`. */
  rect: RectMm,
  /** States in which the mark lies open to the camera on a good unit. */
  visibleIn: z.array(State).max(5),
  /** A secret mark's text and pixels never leave the run in clear (design.md rule 5). */
  secret: z.boolean(),
}

/** A QR code. `rect` is the symbol without its quiet zone. */
export const SymbolMark = z.strictObject({
  kind: z.literal('qr'),
  ...markBase,
  payload: z.enum(['address', 'epk', 'confirmation-code']),
  /** QR version, where the product always has the same; left out: any that the payload can need. */
  version: z.number().int().min(1).max(40).optional(),
  /** Level of error correction, where the product always has the same. */
  level: z.enum(['L', 'M', 'Q', 'H']).optional(),
})
export type SymbolMark = z.infer<typeof SymbolMark>

/** One line of a text. */
const TextLine = z.strictObject({
  /** Baseline start (`left`) or middle (`centre`), mm from the top left of `on`. */
  baseline: z.strictObject({ x: mm, y: mm }),
  align: z.enum(['left', 'centre']),
  /** Height of a capital letter, mm. */
  capHeight: size,
  /** Set wider than the font by so much after each character, mm; 0 when left out. */
  letterSpacing: z.number().min(0).max(10).optional(),
})
export type TextLine = z.infer<typeof TextLine>

/** Printed or etched text. */
export const TextMark = z.strictObject({
  kind: z.literal('text'),
  ...markBase,
  content: z.enum(['serial', 'passphrase', 'address', 'epk', 'confirmation-code', 'words']),
  lines: z.array(TextLine).min(1).max(8),
  /**
   * How the text is set over several lines: `equal` fills lines of equal length, the last may be shorter (34 characters
   * on 3 lines: 12, 12, 10); `groups` keeps groups whole, an equal number of them a line.
   */
  split: z.enum(['equal', 'groups']).default('equal'),
  made: z.enum(['printed', 'etched']),
  /** For `words`: the text itself, which is the same on every unit. */
  words: z.string().max(400).optional(),
})
export type TextMark = z.infer<typeof TextMark>

/** A cover (scratch-off): opaque until the customer removes it. */
export const CoverMark = z.strictObject({
  kind: z.literal('cover'),
  ...markBase,
  /** The mark that it hides, wholly and with this margin around it. */
  covers: z.string().max(40),
  marginMm: z.number().min(0).max(20),
})
export type CoverMark = z.infer<typeof CoverMark>

export const Mark = z.discriminatedUnion('kind', [SymbolMark, TextMark, CoverMark])
export type Mark = z.infer<typeof Mark>

const limits = z.strictObject({ min: z.number().nullable(), max: z.number().nullable() })

/**
 * The shape of a product profile: everything that Assay knows of a kind of card. Data, never code; read once, checked
 * (profile-rules.ts has what the shape alone cannot show), frozen. Millimetres; origin top left of the front, x right, y down.
 */
export const ProductProfile = z.strictObject({
  /** For editors: path or address of product-profile.schema.json. */
  $schema: z.string().max(1000).optional(),
  format: z.literal('assay-product-1'),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  title: z.string().min(1).max(80),
  /** Which measures are nominal (not known from the maker), one sentence each. Shown wherever the profile is shown. */
  nominal: z.array(z.string().max(400)).max(100),
  card: z.strictObject({
    width: size,
    height: size,
    thickness: size,
    cornerRadius: z.number().min(0).max(50),
    finish: z.enum(['brushed-steel', 'gold', 'plastic']),
  }),
  /** The two-layer sticker: the top layer (deposit address) lies over the bottom layer (EPK). Same place and size. */
  sticker: z
    .strictObject({
      rect: RectMm,
      cornerRadius: z.number().min(0).max(50),
      topColour: z.string().regex(/^#[0-9a-f]{6}$/),
      bottomColour: z.string().regex(/^#[0-9a-f]{6}$/),
      /** How far the sticker may sit from its place. */
      toleranceMm: z.number().positive(),
      toleranceDeg: z.number().positive(),
    })
    .nullable(),
  marks: z.array(Mark).min(1).max(100),
  serial: z.strictObject({
    /** Anchored regular expression of a whole serial, as the example is written. */
    pattern: z.string().max(200),
    /** A sequence of character classes, one a character, for readers: `A` letter, `9` digit, anything else itself. */
    template: z.string().max(64),
    example: z.string().max(64),
  }),
  passphrase: z.strictObject({
    /** Symbols that occur, without the separator. Null: free text (PRO: the customer's own words). */
    alphabet: z.string().max(200).nullable(),
    groups: z.number().int().positive().nullable(),
    groupLength: z.number().int().positive().nullable(),
    separator: z.string().max(1).nullable(),
    /** True when the separators are characters of the BIP38 passphrase (Ballet), false when they are only typography. */
    separatorIsSecret: z.boolean(),
    madeBy: z.enum(['maker', 'customer']),
  }),
  bip38: z.strictObject({
    /** Allowed flag bytes of EPK and confirmation code. 0x20 compressed, 0x04 lot and sequence. */
    flags: z.array(z.union([z.literal(0x00), z.literal(0x04), z.literal(0x20), z.literal(0x24)])).min(1),
  }),
  address: z.strictObject({
    /** Coin keys (ticker with the kind where there are several) that the top layer may print, e.g. `btc_p2pkh`. */
    kinds: z.array(z.string().max(40)).min(1).max(100),
    /**
     * What the address symbol carries in front of the address, e.g. `bitcoin:`; the maker's own first. An empty one: it may be
     * left out. Default: nothing stands in front.
     */
    prefixes: z
      .array(z.string().regex(/^(?:[a-z][a-z0-9+.-]{0,19}:)?$/, 'a scheme in small letters with its colon, or nothing'))
      .min(1)
      .max(20)
      .optional(),
  }),
  /**
   * The values that units of the product carry when they are sold, e.g. `0.1 BTC`: a lot has one of them. Empty: they are
   * sold without one. Left out: a lot may have any value, or none.
   */
  denominations: z
    .array(z.string().regex(/^(?:0|[1-9]\d{0,5})(?:\.\d{1,8})? [A-Z]{3,5}$/, 'a number and a unit, such as «0.1 BTC»'))
    .max(100)
    .optional(),
  fonts: z.strictObject({
    /** TrueType or OpenType file, its path from the profile's folder; null when the maker's font is not known. */
    etching: z.string().max(1000).nullable(),
    print: z.string().max(1000).nullable(),
    /**
     * Look-alikes that the maker's typefaces draw alike: an exchange of the two cannot be seen, and the product accepts that.
     * Left out: none, and a text in which they cannot be told apart is not read.
     */
    acceptAlike: z.array(z.enum(['0O', '1I'])).optional(),
  }),
  /**
   * What good units look like, a file a rig (`assay product appearance`): its path from the profile's folder, and its digest.
   * Left out: nobody has learned it, and what only it can prove stays unproved.
   */
  appearance: z
    .array(z.strictObject({ file: z.string().min(1).max(1000), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .max(100)
    .optional(),
  /** Limits of measurements by name; the names are known to harness/checks, which judges by them. */
  limits: z.record(z.string(), limits),
})

export type ProductProfile = z.infer<typeof ProductProfile>
