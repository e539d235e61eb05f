import { expect, test } from './rig-test.ts'

// Sealed: the finished unit, as the customer gets it. Sticker closed, passphrase under its scratch-off.
test.use({ at: 'sealed' })

// First, since it waits for half a minute: beside other tests, and not after the last of them.
test('a camera that does not deliver is the fault of the rig, not of the unit', { tag: '@long' }, async ({
  store,
  station,
}) => {
  const unit = await store.unit()
  expect(await station.inspect(unit, { fault: 'camera-gone' })).toBeRigError('camera-deadline')
})

test('a good unit passes', async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspect(unit)).toPass()
})

test('a top layer with a serial that is one look-alike off fails: the serials differ', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'serial-top-look-alike' })
  expect(await station.inspect(unit)).toFailAt('serials-agree')
})

test("another unit's sticker fails: its address is not this card's", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'swapped-sticker' })
  expect(await station.inspect(unit)).toFailAt('serials-agree')
})

test("another unit's deposit address under the right serial fails", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-address' })
  expect(await station.inspect(unit)).toFailAt('address-matches')
})

test('a passphrase without its scratch-off is an alarm', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'scratch-off-missing' })
  expect(await station.inspect(unit, { acknowledge: ['passphrase-exposed'] })).toRaiseAlarm('passphrase-exposed')
})

test('a sticker that was peeled already never goes on', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'already-peeled' })
  expect(await station.inspect(unit, { acknowledge: ['epk-exposed'] })).toRaiseAlarm('epk-exposed')
})

test('a lifted top layer never goes on', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'top-layer-lifted' })
  expect(await station.inspect(unit)).toBeStopped()
})

test('a unit of another lot fails: it is not known', async ({ store, station }) => {
  const unit = await store.unit()
  const { records } = await store.unit({ defect: 'other-epk' })
  const foreign = { ...records, units: records.units.filter(({ serial }) => serial !== unit.serial) }
  expect(await station.inspect(unit, { records: foreign })).toFailAt('known-unit')
})

test('an empty nest is neither good nor bad', async ({ store, station }) => {
  const { records } = await store.unit()
  expect(await station.inspectEmptyNest(records)).toBeInconclusive()
})

test('a dark photograph is neither good nor bad', async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspect(unit, { fault: 'dark-frame' })).toBeInconclusive()
})
