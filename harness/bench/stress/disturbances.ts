import { blurred, developed, type Encoding, type Ground, relaid, resized, type Shot, type ShotView } from './shot.ts'

/** What is done to a good photograph, and how it is then written to a file. */
export interface Disturbance {
  readonly name: string
  disturb(shot: Shot, random: () => number): Shot | Promise<Shot>
  readonly encoding?: Encoding
  /** What seeing owes: the card and all that is on it, a clause that says what is wrong with the picture, or either. */
  readonly owed: 'card' | 'clause' | 'either'
}

type Change = Disturbance['disturb']

const CORNER_SHARE = 3.2 / 86
const usual: ShotView = { turnDeg: 0, tiltDeg: 0, axisDeg: 0, fill: 0.62, at: [0.5, 0.5], width: 1600, height: 1200 }

const relay =
  (view: (random: () => number) => Partial<ShotView>, ground: (random: () => number) => Ground = desk): Change =>
  (shot, random) =>
    relaid(shot, { ...usual, turnDeg: 20 * random() - 10, ...view(random) }, ground(random), CORNER_SHARE)

/** Grey-brown, faintly uneven. */
function desk(random: () => number): Ground {
  const [a, b] = [random() * 40 + 30, random() * 40 + 50]
  return (x, y) => {
    const wave = 9 * Math.sin(x / a + Math.sin(y / b)) + 5 * Math.sin(y / 23 + x / 91)
    return [104 + wave, 96 + wave, 86 + wave]
  }
}

const plain =
  (level: number): (() => Ground) =>
  () =>
  () => [level, level, level]

/** Boards with joints: straight parallel edges at a slant, some of them running along the card. */
function boards(random: () => number): Ground {
  const turn = 0.25 * random()
  const wide = 150 + 120 * random()
  return (x, y) => {
    const across = (x * Math.sin(turn) + y * Math.cos(turn)) / wide
    const joint = across - Math.floor(across) < 0.02 ? -60 : 0
    const tone = 20 * Math.sin(7 * Math.floor(across)) + 6 * Math.sin(y / 3 + x / 160) + joint
    return [150 + tone, 112 + tone, 78 + tone]
  }
}

/** Papers, pens and a printed page lying about: rectangles of every tone, some with lines of text. */
function clutter(random: () => number): Ground {
  const things = Array.from({ length: 26 }, () => {
    const turn = Math.PI * random()
    return {
      x: 1600 * random(),
      y: 1200 * random(),
      cos: Math.cos(turn),
      sin: Math.sin(turn),
      halfWidth: 40 + 330 * random() ** 2,
      halfHeight: 12 + 220 * random() ** 2,
      tone: [30 + 210 * random(), 30 + 210 * random(), 30 + 210 * random()] as const,
      printed: random() < 0.4,
    }
  })
  return (x, y) => {
    for (const thing of things) {
      const u = (x - thing.x) * thing.cos + (y - thing.y) * thing.sin
      const v = (y - thing.y) * thing.cos - (x - thing.x) * thing.sin
      if (Math.abs(u) > thing.halfWidth || Math.abs(v) > thing.halfHeight) continue
      const ink = thing.printed && ((v / 14) | 0) % 2 === 0 && Math.sin(u * 0.9 + ((v / 14) | 0) * 5) > 0.1
      return ink ? [40, 40, 44] : thing.tone
    }
    return [126, 122, 118]
  }
}

/** Another picture for a ground. */
const picture =
  ({ raster: { width, data } }: Shot): Ground =>
  (x, y) => {
    const at = 3 * (y * width + x)
    return [data[at]!, data[at + 1]!, data[at + 2]!]
  }

/** The card on top of another one of its kind, which shows at two sides. */
const onAnotherCard: Change = (shot, random) => {
  const turnDeg = 20 * random() - 10
  const below = relaid(shot, { ...usual, turnDeg: turnDeg + 4, at: [0.54, 0.57] }, desk(random), CORNER_SHARE)
  return relaid(shot, { ...usual, turnDeg }, picture(below), CORNER_SHARE)
}

const besideAnotherCard: Change = (shot, random) => {
  const at = (x: number): ShotView => ({ ...usual, turnDeg: 20 * random() - 10, fill: 0.42, at: [x, 0.5] })
  const other = relaid(shot, at(0.26), desk(random), CORNER_SHARE)
  return relaid(shot, at(0.75), picture(other), CORNER_SHARE)
}

/** A fingertip, `share` of the card's long side wide, over one corner of the card or the middle of a side. */
const finger =
  (place: 'corner' | 'side', share: number): Change =>
  ({ raster, card }, random) => {
    const k = Math.floor(4 * random())
    const [from, to] = [card[k]!, card[(k + 1) % 4]!]
    const part = place === 'corner' ? 0 : 0.5
    const tip = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])] as const
    const middle = [(card[0][0] + card[2][0]) / 2, (card[0][1] + card[2][1]) / 2] as const
    const radius = (share / 2) * Math.max(Math.hypot(to[0] - from[0], to[1] - from[1]), 1)
    const away = Math.hypot(tip[0] - middle[0], tip[1] - middle[1])
    const [ux, uy] = [(tip[0] - middle[0]) / away, (tip[1] - middle[1]) / away]
    const data = Uint8Array.from(raster.data)
    for (let y = 0, at = 0; y < raster.height; y++) {
      for (let x = 0; x < raster.width; x++, at += 3) {
        const along = (x - tip[0]) * ux + (y - tip[1]) * uy
        const aside = Math.abs((x - tip[0]) * uy - (y - tip[1]) * ux)
        const off = along > 0 ? aside : Math.hypot(aside, along)
        if (off > radius) continue
        const round = Math.sqrt(1 - (off / radius) ** 2)
        data.set([120 + 90 * round, 80 + 70 * round, 65 + 58 * round], at)
      }
    }
    return { raster: { ...raster, data }, card }
  }

/** A saturating spot on the card, as a lamp's image in steel is. */
const glare =
  (share: number): Change =>
  (shot, random) => {
    const [a, , c] = shot.card
    const at = [a[0] + (c[0] - a[0]) * random(), a[1] + (c[1] - a[1]) * random()] as const
    const radius = share * Math.hypot(c[0] - a[0], c[1] - a[1])
    return developed(shot, (light, x, y) => {
      const off = Math.hypot(x - at[0], y - at[1]) / radius
      return light + 1.6 * Math.exp(-(off ** 4) * 1.2) * (off < 2 ? 1 : 0)
    })
  }

const noisy =
  (sigma: number): Change =>
  (shot, random) => {
    const { raster, card } = shot
    const noise = () => (random() + random() + random() + random() - 2) * 1.732 * sigma
    return { raster: { ...raster, data: raster.data.map(level => Math.min(255, Math.max(0, level + noise()))) }, card }
  }

const exposed =
  (factor: number): Change =>
  shot =>
    developed(shot, light => light * factor)

const gamma =
  (power: number): Change =>
  shot =>
    developed(shot, light => light ** power)

const shaded: Change = (shot, random) => {
  const turn = 2 * Math.PI * random()
  const { width } = shot.raster
  return developed(shot, (light, x, y) => {
    const along = (x * Math.cos(turn) + y * Math.sin(turn)) / width
    return light * (0.25 + 0.75 / (1 + Math.exp(12 * (along - 0.45 * (Math.cos(turn) + Math.sin(turn))))))
  })
}

/** Megapixels as they come from a camera. */
const megapixels =
  (mega: number): Change =>
  shot =>
    resized(shot, Math.sqrt((mega * 1e6) / (shot.raster.width * shot.raster.height)))

const after =
  (...changes: readonly Change[]): Change =>
  async (shot, random) => {
    let changed = shot
    for (const change of changes) changed = await change(changed, random)
    return changed
  }

const asTaken: Change = shot => shot

/** One row each; every row is applied to every photograph. */
export const disturbances: readonly Disturbance[] = [
  { name: 'as taken', disturb: asTaken, owed: 'card' },
  { name: 'turned, any angle', disturb: relay(random => ({ turnDeg: 360 * random() })), owed: 'card' },
  { name: 'upside down', disturb: relay(random => ({ turnDeg: 175 + 10 * random() })), owed: 'card' },
  ...[15, 25, 35].map(tiltDeg => ({
    name: `tilted ${tiltDeg}°`,
    disturb: relay(random => ({ tiltDeg, axisDeg: 360 * random(), turnDeg: 360 * random() })),
    owed: 'card' as const,
  })),
  { name: 'small in the picture', disturb: relay(() => ({ fill: 0.35 })), owed: 'card' },
  { name: 'filling the picture', disturb: relay(() => ({ fill: 0.96, turnDeg: 0 })), owed: 'card' },
  { name: 'one side out of frame', disturb: relay(random => ({ at: [0.24 + 0.04 * random(), 0.5] })), owed: 'clause' },
  { name: 'too close, all sides out', disturb: relay(random => ({ fill: 1.2 + 0.3 * random() })), owed: 'clause' },
  { name: 'mirrored', disturb: relay(() => ({ mirrored: true })), owed: 'clause' },
  { name: 'on white', disturb: relay(() => ({}), plain(242)), owed: 'card' },
  { name: 'on steel grey', disturb: relay(() => ({}), plain(150)), owed: 'card' },
  { name: 'on black', disturb: relay(() => ({}), plain(9)), owed: 'card' },
  { name: 'on boards', disturb: relay(() => ({}), boards), owed: 'card' },
  { name: 'in clutter', disturb: relay(() => ({}), clutter), owed: 'card' },
  { name: 'in clutter, tilted 20°', disturb: relay(r => ({ tiltDeg: 20, axisDeg: 360 * r() }), clutter), owed: 'card' },
  { name: 'on another card', disturb: onAnotherCard, owed: 'either' },
  { name: 'beside another card', disturb: besideAnotherCard, owed: 'clause' },
  {
    name: 'finger over a corner',
    disturb: after(
      relay(() => ({})),
      finger('corner', 0.2),
    ),
    owed: 'either',
  },
  {
    name: 'finger over a side',
    disturb: after(
      relay(() => ({})),
      finger('side', 0.2),
    ),
    owed: 'either',
  },
  {
    name: 'on black, exposed 1/4',
    disturb: after(
      relay(() => ({}), plain(9)),
      exposed(0.25),
    ),
    owed: 'card',
  },
  {
    name: 'on white, blur σ 2 px',
    disturb: after(
      relay(() => ({}), plain(242)),
      shot => blurred(shot, 2),
    ),
    owed: 'card',
  },
  {
    name: 'on grey, noise σ 18',
    disturb: after(
      relay(() => ({}), plain(150)),
      noisy(18),
    ),
    owed: 'card',
  },
  {
    name: 'tilted 45°',
    disturb: relay(r => ({ tiltDeg: 45, axisDeg: 360 * r(), turnDeg: 360 * r() })),
    owed: 'either',
  },
  { name: 'glare, small', disturb: glare(0.07), owed: 'card' },
  { name: 'glare, large', disturb: glare(0.14), owed: 'card' },
  { name: 'half in shadow', disturb: shaded, owed: 'card' },
  { name: 'exposed 1/4', disturb: exposed(0.25), owed: 'card' },
  { name: 'exposed 1/10', disturb: exposed(0.1), owed: 'card' },
  { name: 'exposed 2×, clipped', disturb: exposed(2), owed: 'card' },
  { name: 'gamma 0.6', disturb: gamma(0.6), owed: 'card' },
  { name: 'gamma 1.8', disturb: gamma(1.8), owed: 'card' },
  { name: '12 megapixels', disturb: megapixels(12), owed: 'card' },
  { name: '1 megapixel', disturb: megapixels(1), owed: 'card' },
  { name: '0.5 megapixel', disturb: megapixels(0.5), owed: 'card' },
  { name: 'JPEG quality 40', disturb: asTaken, encoding: { quality: 40 }, owed: 'card' },
  { name: 'JPEG quality 15', disturb: asTaken, encoding: { quality: 15 }, owed: 'card' },
  { name: 'blur σ 1.5 px', disturb: shot => blurred(shot, 1.5), owed: 'card' },
  { name: 'blur σ 3 px', disturb: shot => blurred(shot, 3), owed: 'card' },
  { name: 'noise σ 12', disturb: noisy(12), owed: 'card' },
  { name: 'noise σ 25', disturb: noisy(25), owed: 'card' },
  { name: 'grey file', disturb: asTaken, encoding: { quality: 92, grey: true }, owed: 'card' },
  ...[3, 6, 8].map(orientation => ({
    name: `EXIF orientation ${orientation}`,
    disturb: asTaken,
    encoding: { quality: 92, orientation },
    owed: 'card' as const,
  })),
  {
    name: 'by phone, all at once',
    disturb: after(
      relay(r => ({ turnDeg: 360 * r(), tiltDeg: 18, axisDeg: 360 * r(), fill: 0.5 }), boards),
      shaded,
      noisy(6),
      megapixels(8),
    ),
    encoding: { quality: 75 },
    owed: 'card',
  },
]
