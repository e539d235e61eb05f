import { createHash, randomUUID } from 'node:crypto'
import type { RealRigConfig } from '../../devices/rig/rig-config.ts'
import { isVirtual, type Rig } from '../../devices/rig.ts'
import type { PhotographReading } from '../vision/reading.ts'
import * as session from './lot/rig-session.ts'
import * as settings from './photographs/chosen-settings.ts'

/* What a session on a rig is made of, in the place of rig, eyes and settings. */

export { virtualCardsOf } from './lot/rig-session.ts'

/** What lies in the nest: what the eyes see of it. */
export const nest: { card: PhotographReading | null } = { card: null }

const parts = { camera: 'quick', stage: 'quick', light: 'quick' }
const done = async () => {}
const rig = {
  identity: { kind: 'real', name: 'quick', drivers: parts, firmware: parts, truth: null, calibration: null },
  presets: ['dome'],
  devices: [],
  stage: { goTo: done },
  light: { set: done },
  camera: {
    photograph: async () => ({
      bytes: new Uint8Array(1),
      takenAt: new Date().toISOString(),
      how: { camera: 'quick', exposureMs: 1, light: 'dome', pose: 'inspect', calibration: null },
    }),
  },
  [Symbol.asyncDispose]: done,
} as unknown as Rig
if (isVirtual(rig)) throw new Error('cards are laid in by hand here')

/** A rig to be opened as it is, served or not, in the place of the one that takes no time. */
const asked = process.env['ASSAY_QUICK_RIG']
const config: RealRigConfig | null = asked === undefined ? null : JSON.parse(asked)

export const openForUnits: typeof session.openForUnits = async (...how) =>
  config === null ? rig : await session.openForUnits(...how)
export const requireHealth = done
export const requireCalibration = done
export const proveByOwnGoldenCard = async () => ({ unit: 'BX9999999' })
export const rigAtHand = async (name: string) => ({
  name: config?.name ?? name,
  config: config ?? { kind: 'real' },
  calibration: null,
  golden: null,
})

export const chosenSettings = async (...asked: Parameters<typeof settings.chosenSettings>) => ({
  ...(await settings.chosenSettings(...asked)),
  open: () => ({
    // Another photograph each time: that is what tells one inspection from another.
    look: async () => ({
      reading: { ...nest.card!, photographId: createHash('sha256').update(randomUUID()).digest('hex') },
      crops: [],
    }),
    [Symbol.asyncDispose]: done,
  }),
})
