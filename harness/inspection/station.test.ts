import { expect, test } from 'vitest'
import { stationNames } from '../core/vocabulary.ts'
import { shippedProfiles } from '../products/load-profile.ts'
import { planDigest, plannedChecks, requiredMarkNames, stations } from './station.ts'

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

test('keys are proved wherever what it takes lies open, and the private one at the opened station only', () => {
  const at = (check: (typeof withPassphrase)[number] | 'keyless') =>
    stationNames.filter(name => stations[name].plan.checks.includes(check))
  expect(at('keyless')).toEqual(['printed', 'opened'])
  expect(at('passphrase-commitment')).toEqual(['etched', 'opened'])
  expect(at('confirmation')).toEqual(['etched', 'opened'])
  expect(at('decryption')).toEqual(['opened'])
})

test('the digest of a plan is another one for another station, product, check, light or mark', () => {
  const [one, other] = [profiles[0]!, profiles.find(({ marks }) => marks.length !== profiles[0]!.marks.length)!]
  const { sealed } = stations
  const { plan } = sealed
  const digests = [
    ...stationNames.map(name => planDigest(stations[name], one)),
    planDigest(sealed, other),
    planDigest({ ...sealed, plan: { ...plan, checks: plan.checks.slice(1) } }, one),
    planDigest({ ...sealed, plan: { ...plan, photographs: plan.photographs.slice(0, 1) } }, one),
    planDigest({ ...sealed, plan: { ...plan, proves: [] } }, one),
    planDigest({ ...sealed, exposure: { ...sealed.exposure, may: ['epk'] } }, one),
    planDigest(sealed, { ...one, marks: one.marks.slice(1) }),
  ]
  expect(new Set(digests).size).toBe(digests.length)
  expect(planDigest({ ...sealed }, one)).toBe(planDigest(sealed, one))
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/)
})
