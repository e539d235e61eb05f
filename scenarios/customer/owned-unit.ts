import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { loadProfile } from '../../harness/products/load-profile.ts'
import { displayPassphrase } from '../../harness/products/text-setting.ts'
import type { OwnedUnit } from './outside-page.ts'

/** A unit as its owner has it in hand. */
export interface OwnedCard extends OwnedUnit {
  /** As the rig sees the card with sticker peeled and strip scratched. */
  readonly photograph: Uint8Array
}

export async function ownedUnit(product: string): Promise<OwnedCard> {
  const profile = loadProfile(product)
  await using line = await VirtualLine.make({ profile, seed: 31, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 31 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  rig.place(await line.card(0, 'opened'))
  const { record, secrets } = line.lot.units[0]!
  return {
    passphrase: displayPassphrase(profile, secrets.passphrase.exposeText()),
    epk: secrets.epk.exposeText(),
    confirmationCode: record.confirmationCode,
    address: record.address,
    photograph: (await rig.camera.photograph()).bytes,
  }
}
