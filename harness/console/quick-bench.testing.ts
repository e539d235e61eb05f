import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import {
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { openJournal } from '../custody/journal/journal-folder.ts'
import { inspectLot, type LotOnRig } from '../inspection/inspect-lot.ts'
import { stations } from '../inspection/station.ts'
import { standing } from '../lots/attempts.ts'
import { keepInspections } from '../lots/keep-inspections.ts'
import { keepOtherCard } from '../lots/other-card.ts'
import { cardPicture } from '../products/card-picture.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { Bench } from './bench.ts'
import type { Desk, Examine } from './desk.ts'
import type { UseJournal } from './journal-view.ts'
import type { LotOnDesk } from './lot-view.ts'

/** A bench whose camera and eyes are quick: what lies in the nest is what they read. Loop, checks and journal are the real ones. */
export interface QuickBench extends AsyncDisposable {
  readonly bench: Bench
  readonly lot: () => LotOnDesk
  readonly journal: Journal
  readonly useJournal: UseJournal
  readonly units: readonly ReferenceUnit[]
  /** What lies in the nest from now on. */
  card: PhotographReading
  /** Photographs are looked at when this has come. */
  eyes: Promise<void>
  /** What the live picture does, for one that fails. */
  camera: 'well' | 'fails' | 'hangs'
  /** Pictures of what is in view that were taken, and how many are being taken: never while a photograph is. */
  readonly looks: { live: number; isLive: boolean; photographs: number; under: string }
}

/** What a good unit shows when it is sealed. */
export const sealed = (unit: ReferenceUnit, over: Partial<ReferenceUnit['card']> = {}) =>
  photographOf('sealed', { ...unit.card, ...over })

let made: Promise<readonly ReferenceUnit[]> | undefined

interface QuickBenchOptions {
  /** Does only who has logged in work there? */
  readonly logIn?: boolean
  /** So many the lot has; there are cards of the first two. */
  readonly lotUnits?: number
  /** Of a journal that is kept. Default: a new one, gone in the end. */
  readonly journalFolder?: string
}

export async function quickBench({
  logIn = false,
  lotUnits = 2,
  journalFolder,
}: QuickBenchOptions = {}): Promise<QuickBench> {
  made ??= Promise.all([
    makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF'),
    makeReferenceUnit('BX0000002', 1, 'AAAABBBBCCCCDDDDEEEEFFFF'),
  ])
  const units = await made
  const lot = { lot: 'L-0', product: null, units: units.map(({ record }) => record) } as unknown as ReturnType<
    LotOnRig['records']
  >
  const folder = journalFolder ?? mkdtempSync(join(tmpdir(), 'assay-console-'))
  const journal = await openJournal(folder, {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('it is not sealed')),
  })
  const serials = units.map(({ record: { serial } }) => serial)
  while (serials.length < lotUnits) serials.push(`BX${1_000_000 + serials.length}`)
  const kept = keepInspections(journal, { station: 'sealed', profile: referenceProfile })
  const looks = { live: 0, isLive: false, photographs: 0, under: '' }
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  const rig = {
    identity: {
      kind: 'real' as const,
      name: 'bench',
      drivers: { camera: 'test', stage: 'test', light: 'test' },
      firmware: { camera: 'test', stage: 'test', light: 'test' },
      truth: null,
      calibration: null,
    },
    presets: ['dome' as const],
    stage: { goTo: async () => {} },
    light: { set: async () => {} },
    camera: {
      photograph: async () => {
        if (looks.isLive) throw new Error('the camera was busy with the live picture')
        return {
          bytes: picture,
          takenAt: `2026-11-21T00:00:00.${String(looks.photographs++).padStart(3, '0')}Z`,
          how: { camera: 'test', exposureMs: 1, light: 'dome', pose: 'inspect', calibration: null },
        }
      },
    },
  }
  const crop = {
    of: 'card',
    mediaType: 'image/jpeg' as const,
    bytes: picture,
    width: 60,
    height: 40,
    pixelsPerMm: 1,
    masked: true,
  }
  const work = async (desk: Desk, signal: AbortSignal, person: string | null) => {
    desk.tell('Lay the golden card in and press Enter.')
    await desk.answers.next(signal)
    const nest = desk.opened({
      facts: {
        rig: 'bench',
        source: 'rig',
        lot: 'L-0',
        units: lotUnits,
        product: 'reference',
        station: 'sealed',
        operator: person ?? 'ann',
      },
      units: serials.map(unit => ({ unit, verdict: null })),
      find: text => units.find(({ record }) => [record.serial, record.address].includes(text))?.record.serial ?? null,
      lay: null,
      picture: cardPicture(referenceProfile),
      looks: { lights: ['dome', 'left'], poses: ['inspect', 'home'], light: 'dome', pose: 'inspect' },
      live: async function* ({ light, pose }, stop) {
        looks.under = `${light} ${pose}`
        looks.isLive = true
        try {
          while (!stop.aborted) {
            if (quick.camera === 'fails') throw new Error('the cable is out')
            if (quick.camera === 'hangs') await new Promise(() => {})
            looks.live++
            yield picture
          }
        } finally {
          looks.isLive = false
        }
      },
      isSecret: text => productSecretKind(referenceProfile, text) !== null,
      noteOther: async (scanned, seen) => await keepOtherCard(journal, { scanned, seen, station: 'sealed', who: null }),
    })
    await inspectLot({
      bench: {
        rig: rig as unknown as LotOnRig['bench']['rig'],
        vision: {
          look: async () => {
            await quick.eyes
            return { reading: quick.card, crops: [crop] }
          },
          [Symbol.asyncDispose]: async () => {},
        } as unknown as LotOnRig['bench']['vision'],
        profile: referenceProfile,
        appearances: [],
      },
      nest,
      station: stations.sealed,
      profile: referenceProfile,
      records: () => lot,
      clock: () => new Date().toISOString(),
      software: { name: 'assay', version: '0.0.0', revision: null },
      operator: person ?? 'ann',
      acceptUnproved: ['cover-material', 'faint-marks'],
      journal: async ({ record }) => void (await kept.judged(record, [], null)),
      onRecord: async inspected => {
        const { unit } = inspected.record
        const its = unit === null ? null : standing(await Array.fromAsync(journal.entriesAbout(unit)), unit, 'sealed')
        await desk.judged(inspected, its)
      },
      signal,
    })
    return 0 as const
  }
  const examine: Examine = async (onSymptom, signal) => {
    onSymptom({ device: 'stage', name: 'answers', state: 'good', value: '12 ms', limit: 'at most 1000 ms', hint: '' })
    await quick.eyes
    signal.throwIfAborted()
    const hint = 'Plug the lamp in.'
    onSymptom({ device: 'light', name: 'lamps seen by the camera', state: 'bad', value: 'none', limit: '3', hint })
    return 'bench: 1 good, 1 bad, 0 not measured.'
  }
  const bench = new Bench({ work, examine, logIn })
  const quick: QuickBench = {
    bench,
    lot: () => ({
      lot: 'L-0',
      units: units.map(({ record: { serial } }) => ({ serial })),
      recordsSha256: 'a'.repeat(64),
    }),
    journal,
    useJournal: async work => await work(journal),
    units,
    card: sealed(units[0]!),
    eyes: Promise.resolve(),
    camera: 'well',
    looks,
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]()
      await journal[Symbol.asyncDispose]()
      if (journalFolder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
  return quick
}

/** The bench's next state for which this holds. */
export async function until(bench: Bench, holds: (state: Bench['state']) => boolean): Promise<Bench['state']> {
  if (holds(bench.state)) return bench.state
  return await new Promise(resolve => {
    const end = bench.subscribe(state => {
      if (!holds(state)) return
      end()
      resolve(state)
    })
  })
}
