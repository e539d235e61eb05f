import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { Secret } from '../harness/core/secret.ts'
import { eraseFile } from '../harness/custody/erase.ts'
import { SealedKey } from '../harness/custody/store-key.ts'
import { LineSettings } from '../harness/line/line-settings.ts'
import { launchSite } from '../harness/line/separation/launch-site.ts'
import type { SiteCard } from '../harness/line/site/site-identity.ts'

// Erasing, proved on the raw bytes of a whole drive: an image file with a file system of its own, mounted over a loop
// device. Needs root and loop devices; where they are not, this is shown as skipped.

const run = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

let folder: string
let image: string
let drive: string
let isMounted = false

test.describe.configure({ mode: 'serial' })
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-erase-'))
  image = join(folder, 'drive.img')
  drive = join(folder, 'drive')
  mkdirSync(drive)
  isMounted =
    process.getuid?.() === 0 &&
    run('dd', 'if=/dev/zero', `of=${image}`, 'bs=1M', 'count=32') &&
    run('mkfs.ext4', '-q', '-F', image) &&
    run('mount', '-o', 'loop,data=ordered', image, drive)
})
test.afterAll(() => {
  if (isMounted) run('umount', drive)
  rmSync(folder, { recursive: true, force: true })
})

/** How often some bytes stand on the raw drive. */
function copiesOnDrive(bytes: Uint8Array): number {
  run('sync')
  const wanted = Buffer.from(bytes)
  const size = statSync(image).size
  const file = openSync(image, 'r')
  let copies = 0
  const step = 1 << 20
  const piece = Buffer.alloc(step + wanted.length - 1)
  for (let at = 0; at < size; at += step) {
    const length = readSync(file, piece, 0, piece.length, at)
    const part = piece.subarray(0, length)
    for (let found = part.indexOf(wanted); found >= 0 && found < step; found = part.indexOf(wanted, found + 1)) copies++
  }
  closeSync(file)
  return copies
}

test('the search finds what unlinking leaves behind, and nothing of what was overwritten in place', () => {
  test.skip(!isMounted, 'no loop device may be mounted here')
  const unlinked = random.bytes(32)
  writeFileSync(join(drive, 'unlinked'), Buffer.concat(Array.from({ length: 64 }, () => Buffer.from(unlinked))), {
    flush: true,
  })
  rmSync(join(drive, 'unlinked'))
  // The test can fail: what is only unlinked is still there.
  expect(copiesOnDrive(unlinked)).toBe(64)

  const erased = random.bytes(32)
  writeFileSync(join(drive, 'erased'), Buffer.concat(Array.from({ length: 64 }, () => Buffer.from(erased))), {
    flush: true,
  })
  expect(copiesOnDrive(erased)).toBe(64)
  eraseFile(join(drive, 'erased'), random)
  expect(copiesOnDrive(erased)).toBe(0)
})

test('after a lot was erased, nothing on the drive opens it: not its sealed key, not its units', async () => {
  test.skip(!isMounted, 'no loop device may be mounted here')
  const password = Secret.ofText('the password of site A')
  const site = join(drive, 'a')
  const at = (command: string, options: object = {}) =>
    launchSite({ site: 'A', folder: site, command, operator: 'ann', password, options: { ...options } })
  await at('new')
  const other = join(folder, 'b')
  const card = (await launchSite({
    site: 'B',
    folder: other,
    command: 'new',
    operator: 'bob',
    password,
    options: {},
  })) as SiteCard
  await at('trust', { card: JSON.stringify(card), fingerprint: card.fingerprint })
  const settings = LineSettings.parse({ courier: 'electronic', inspections: 'none', serialCheck: 'after-etching' })
  const product = readFileSync(new URL('../harness/products/shipped/assay-reference.json', import.meta.url), 'utf8')
  await at('begin', {
    lot: 'virtual-1',
    product,
    count: 2,
    settings,
    denomination: null,
    customerCodes: null,
    seal: null,
  })
  const lot = join(site, 'lots', 'virtual-1')
  const sealed = SealedKey.parse(JSON.parse(readFileSync(join(lot, 'store.key'), 'utf8')))
  const units = readFileSync(join(lot, 'units.store')).subarray(64)
  const pieces = [Buffer.from(sealed.sealed), units.subarray(0, 64), units.subarray(-64)]
  for (const piece of pieces) expect(copiesOnDrive(piece)).toBeGreaterThan(0)
  for (const name of ['store.key', 'units.store']) eraseFile(join(lot, name), random)
  for (const piece of pieces) expect(copiesOnDrive(piece)).toBe(0)
})
