import { examineRig } from '../devices/rig/examine-rig.ts'
import { expect, test } from './rig-test.ts'

// Runs before everything else: when the rig is not well, no unit is judged and none is called bad.
test.describe('the rig is well', () => {
  test('its golden card passes', async ({ goldenCard }) => {
    const record = await goldenCard()
    expect(record).toPass()
  })

  test('the camera sees every lamp, and sees them go out', async ({ rig }) => {
    const symptoms = await examineRig({ rig, calibration: null, calibrationFile: 'none', now: () => new Date() })
    const lamps = symptoms.filter(({ device, name }) => device === 'light' && name !== 'evenness')
    expect(lamps.filter(({ state }) => state === 'bad')).toEqual([])
    expect(lamps.length).toBeGreaterThan(1)
  })
})
