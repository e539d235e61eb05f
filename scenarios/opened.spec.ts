import { expect, test } from './rig-test.ts'

// Opened: a spot check that destroys the unit. Peeled and scratched; the key is proved and never shown.
test.use({ at: 'opened' })

test('a good unit passes: passphrase and EPK open the printed address', async ({ store, station }) => {
  const unit = await store.unit()
  const record = await station.inspect(unit)
  expect(record).toPass()
  expect(record.findings.map(({ check }) => check)).toContain('decryption')
})

test("another unit's EPK fails: it carries another owner entropy", async ({ store, station }) => {
  const unit = await store.unit({ defect: 'other-epk' })
  expect(await station.inspect(unit)).toFailAt('owner-entropy')
})

test('a bottom layer with a wrong serial fails', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'serial-bottom-other-character' })
  expect(await station.inspect(unit)).toFailAt('serials-agree')
})

test('an EPK with voids never goes on', async ({ store, station }) => {
  const unit = await store.unit({ defect: 'damaged-epk-qr' })
  expect(await station.inspect(unit)).toBeStopped()
})

test('nothing secret stands in the record', async ({ store, station }) => {
  const record = await station.inspect(await store.unit())
  const secret = record.readings.filter(reading => reading.secret)
  expect(secret.map(({ mark }) => mark).sort()).toEqual(['epk-qr', 'passphrase'])
  for (const reading of secret) expect(reading.text).toBeNull()
})
