import { examineRig } from '../devices/rig/examine-rig.ts'
import { RigError } from '../devices/rig-error.ts'
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
    const bad = symptoms.filter(
      ({ device, state, name }) =>
        state === 'bad' && (lamps.some(lamp => lamp.name === name) || (device === 'camera' && name === 'latency')),
    )
    if (bad.length > 0) {
      // The rig's fault and no unit's: thrown, not expected.
      throw new RigError(
        'rig-unwell',
        bad.map(({ device, name, value, hint }) => `${device} ${name}: ${value}. ${hint}`).join(' '),
      )
    }
    if (lamps.length < 2)
      throw new RigError('rig-unwell', 'the rig was asked for its lamps and told of fewer than two.')
  })
})
