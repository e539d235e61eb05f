import { expect, test } from 'vitest'
import { stationNames } from '../core/vocabulary.ts'
import { shippedProfiles } from '../products/load-profile.ts'
import { plannedChecks, requiredMarkNames, stations } from './station.ts'

const profiles = shippedProfiles()
const withPassphrase = ['passphrase-commitment', 'confirmation', 'decryption'] as const

test.each(profiles)('$name: every station checks something and reads something', profile => {
  for (const name of stationNames) {
    expect(plannedChecks(stations[name], profile).length).toBeGreaterThan(5)
    expect(requiredMarkNames(stations[name], profile).length).toBeGreaterThan(1)
  }
})

test.each(profiles)('$name: a passphrase is judged exactly where the card shows one', profile => {
  const shown = profile.marks.some(mark => mark.kind === 'text' && mark.content === 'passphrase')
  const planned = stationNames.flatMap(name => plannedChecks(stations[name], profile))
  for (const check of withPassphrase) expect(planned.includes(check)).toBe(shown)
})

test.each(profiles)('$name: an opened unit proves its EPK against its codes, passphrase or not', profile => {
  expect(plannedChecks(stations.opened, profile)).toContain('keyless')
})

test('the private key is computed at the opened station only', () => {
  for (const name of stationNames) {
    expect(stations[name].plan.checks.includes('decryption')).toBe(name === 'opened')
  }
})
