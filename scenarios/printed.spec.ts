import { expect, test } from './rig-test.ts'

// Printed: both layers loose on the board, before lamination. The only place where the printed EPK is proved, and it is
// proved without a passphrase.
test.use({ at: 'printed' })

test('the two layers of a good unit pass without a passphrase', async ({ store, station }) => {
  const unit = await store.unit()
  const record = await station.inspect(unit)
  expect(record).toPass()
  expect(record.unit).toBe(unit.serial)
  expect(record.findings.map(({ check }) => check)).toContain('keyless')
})

test("another unit's EPK fails, though both serials are right", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-epk' })
  const record = await station.inspect(unit)
  expect(record).toFailAt('owner-entropy')
  expect(record).toFailAt('address-hash')
})

test("another unit's address on the top layer fails", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-address' })
  expect(await station.inspect(unit)).toFailAt('address-hash')
})

test('layers of two units fail, whichever of the two the record is of', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-bottom-layer' })
  const record = await station.inspect(unit)
  expect(record).toFailAt('serials-agree')
  expect(record).toFailAt('address-hash')
})

test('layers printed on each other’s paper fail', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'swapped-paper' })
  expect(await station.inspect(unit)).toFailAt('layer-intact')
})

test('one wrong character in the serial of either layer fails', async ({ store, station }) => {
  for (const defect of ['serial-top-other-character', 'serial-bottom-other-character']) {
    expect(await station.inspect(await store.unit({ defect }))).toFailAt('serials-agree')
  }
})

test('a wrong character in the address text never goes on', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'address-text-other-character' })
  expect(await station.inspect(unit)).toBeStopped()
})

test('an EPK that no reader can decode never goes on', { tag: '@long' }, async ({ store, station }) => {
  const unit = await store.unit({ defect: 'damaged-epk-qr' })
  expect(await station.inspect(unit)).toBeStopped()
})

test('a finished card is not taken for its layers', { tag: '@long' }, async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspect(unit, { shown: 'sealed' })).toBeInconclusive()
})

test('an empty board is neither good nor bad', async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspectEmptyNest(unit.records)).toBeInconclusive()
})

test.describe('at the sealed station', () => {
  test.use({ at: 'sealed' })

  test('loose layers are no card, and their open EPK stops the run', async ({ store, station }) => {
    const unit = await store.unit()
    const planted = { shown: 'printed', acknowledge: ['epk-exposed'] } as const
    expect(await station.inspect(unit, planted)).toRaiseAlarm('epk-exposed')
  })
})
