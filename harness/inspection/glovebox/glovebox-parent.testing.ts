import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import { parseRecipients } from '../../custody/vault/seal.ts'
import { sealFiles } from '../../custody/vault/vault.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { openVision } from '../../vision/pool/vision.ts'
import { takenOf } from '../photograph-unit.ts'
import { runInspections } from '../run.ts'
import { stations } from '../station.ts'
import { openGlovebox } from './glovebox.ts'

// An inspection of one photograph as a command does it, in a process that stays to be looked at. Its folder holds photograph.jpg,
// lot.json and recipients.txt, and takes record.json and evidence.age. «open» does without a glovebox.

const [, , folder = '', how] = process.argv
const profile = loadProfile('assay-reference')
const { lot } = readLotFile(readFileSync(join(folder, 'lot.json')))
const recipients = parseRecipients(readFileSync(join(folder, 'recipients.txt'), 'utf8').trim().split('\n'))
const bytes = readFileSync(join(folder, 'photograph.jpg'))

const glovebox = how === 'open' ? null : openGlovebox()
const vision = openVision({ workers: 1, keeper: glovebox })
await runInspections({
  visits: [
    {
      station: stations.opened,
      profile,
      photographs: [{ ...takenOf(vision.look(bytes, profile)), picture: async () => Uint8Array.from(bytes) }],
      records: () => lot,
      clock: () => new Date().toISOString(),
      rig: null,
      software: { name: 'assay', version: 'test', revision: null },
      challenge: new Uint8Array(32).fill(7),
    },
  ],
  glovebox,
  evidence: async evidence => {
    const sealed = await (glovebox === null
      ? sealFiles(evidence.files, evidence.started, recipients)
      : glovebox.seal(
          evidence,
          recipients.map(({ text }) => text),
        ))
    writeFileSync(join(folder, 'evidence.age'), sealed)
  },
  onRecord: ({ record }) => writeFileSync(join(folder, 'record.json'), JSON.stringify(record)),
})
process.stdout.write(`${JSON.stringify(await glovebox?.gaps())}\n`)
process.stdin.resume()
