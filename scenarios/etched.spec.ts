import { expect, test } from './rig-test.ts'

// Etched: sticker on, passphrase open, before the scratch-off. Every unit proves here that its etching fits its codes.
test.use({ at: 'etched' })

test('a good unit passes', async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspect(unit)).toPass()
})

test("another unit's passphrase fails: it does not fit the intermediate code", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-passphrase' })
  expect(await station.inspect(unit)).toFailAt('passphrase-commitment')
})

test('a card serial with one wrong character fails', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'serial-card-other-character' })
  expect(await station.inspect(unit)).toFailAt('serials-agree')
})

test('a passphrase with a broken stroke never goes on', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'illegible-passphrase-stroke' })
  expect(await station.inspect(unit)).toBeStopped()
})

test('a blurred photograph is neither good nor bad', { tag: '@long' }, async ({ store, station }) => {
  const unit = await store.unit()
  expect(await station.inspect(unit, { fault: 'blurred-frame' })).toBeInconclusive()
})
