import { expect, test } from './rig-test.ts'

// A lot at the sealed station, one card after the other.
test.use({ at: 'sealed' })

test('of a lot, every card has a result, and the lot says where it stands', { tag: '@long' }, async ({
  store,
  station,
}) => {
  test.setTimeout(240_000)
  const lot = await store.lot({ count: 2, share: 0.5, defects: ['serial-top-look-alike'] })
  const { records, status } = await station.inspectLot(lot.records)
  const bad = lot.truth.find(({ defect }) => defect !== null)!
  expect(records.map(({ unit, verdict }) => [unit, verdict])).toEqual(
    lot.truth.map(({ serial, defect }) => [serial, defect === null ? 'PASS' : 'FAIL']),
  )
  expect(status.stations).toMatchObject([{ station: 'sealed', seen: 2, missing: [], counts: { PASS: 1, FAIL: 1 } }])
  expect(status.units.find(({ unit }) => unit === bad.serial)).toMatchObject({ verdict: 'FAIL' })
  expect(status.unknown).toEqual([])
})
