import { gzipSync } from 'node:zlib'
import { Action } from '../harness/console/action.ts'
import { parseJson } from '../harness/core/parse-json.ts'
import { readChain } from '../harness/custody/chain-file.ts'
import { parsePersonKey } from '../harness/custody/person-key.ts'
import { partsOf } from '../harness/custody/vault/seal.ts'
import { packTar, unpackTar } from '../harness/custody/vault/tar.ts'
import { insideOf, ScanBudget, usualLimits } from '../harness/guard/leaks/inside.node.ts'
import { openEnvelope } from '../harness/line/courier/envelope.ts'
import { HeadNote } from '../harness/line/courier/manifests.ts'
import { auditLedgers } from '../harness/line/ledger/audit.ts'
import { readEnvelope } from '../harness/lots/release/envelope.ts'
import { readManifest } from '../harness/lots/release/manifest.ts'
import { recordIn, serialiseRecord } from '../harness/record/inspection-record.ts'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { parseTaught } from '../harness/teach/taught-file.ts'
import { readLcusAnswer } from './light/relay/lcus-relay.ts'
import { parseReaders } from './token/pcsc/pcscd-messages.ts'

/** What takes bytes from outside, and something that it takes. */
export interface OutsideReader {
  sample(): Promise<Uint8Array> | Uint8Array
  read(bytes: Uint8Array): unknown
}

const utf8 = (text: string) => Buffer.from(text)
const json = (value: unknown) => utf8(JSON.stringify(value))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const sha256 = 'a'.repeat(64)
const chained = {
  format: 'assay-chain-1',
  index: 0,
  time: '2026-11-29T00:00:00.000Z',
  body: { id: 'x' },
  previous: null,
  signer: 'k',
  signature: 's',
  hash: sha256,
}

/** Documents that people and machines hand on, and what devices say in bytes. */
export const documentReaders: Readonly<Record<string, OutsideReader>> = {
  'inspection record': { sample: () => utf8(serialiseRecord(sampleRecord({}))), read: bytes => recordIn(text(bytes)) },
  'chain of a vault': {
    sample: () => utf8(`${JSON.stringify(chained)}\n`.repeat(20)),
    read: bytes => readChain(text(bytes), 'the chain'),
  },
  'sealed file': {
    sample: () =>
      utf8(`age-encryption.org/v1\n-> X25519 abc\n${'A'.repeat(43)}\n--- ${'B'.repeat(43)}\n${'c'.repeat(64)}`),
    read: partsOf,
  },
  'archive of evidence': {
    sample: () =>
      packTar(
        Array.from({ length: 5 }, (_, i) => ({ name: `p-${i}.png`, bytes: utf8('x'.repeat(700)) })),
        0,
      ),
    read: unpackTar,
  },
  'anything that is searched': {
    sample: () =>
      gzipSync(Buffer.concat([utf8('PK\u0003\u0004'), utf8('6'.repeat(100)), gzipSync(utf8('ab'.repeat(99)))])),
    read: bytes => {
      let parts = 0
      for (const _ of insideOf(Buffer.from(bytes), 'it', new ScanBudget(usualLimits))) if (++parts > 1000) break
    },
  },
  'key of a person': {
    sample: () => json({ format: 'assay-person-key-1', name: 'ann', publicKey: 'x', sealed: { salt: 'x' } }),
    read: bytes => parsePersonKey(text(bytes), 'the key'),
  },
  'manifest of a site': {
    sample: () => json({ format: 'assay-manifest-1', body: { lot: 'l', items: [{ serial: 'A' }] }, signature: 's' }),
    read: bytes => openEnvelope(text(bytes), 'k', HeadNote),
  },
  'ledger of a site': {
    sample: () => utf8(`${JSON.stringify(chained)}\n`.repeat(20)),
    read: bytes => auditLedgers([{ origin: 'the ledger', text: text(bytes) }]),
  },
  'signature of a release': {
    sample: () => json({ payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'x' }] }),
    read: bytes => readEnvelope(text(bytes)),
  },
  'digests of a release': {
    sample: () => utf8(`${sha256}  lot.json\n${sha256}  rows/1.json\n`.repeat(9)),
    read: bytes => readManifest(text(bytes)),
  },
  'statement of a taught product': {
    sample: () =>
      json({ format: 'assay-taught-1', by: 'ann', at: '2026-11-29T00:00:00Z', photographs: [], learned: {} }),
    read: bytes => parseTaught(text(bytes), 'the statement'),
  },
  'action at the console': {
    sample: () => json({ do: 'stop', why: 'a lamp is broken' }),
    read: bytes => Action.safeParse(parseJson(text(bytes))),
  },
  'answers of relays': {
    sample: () => utf8('CH1:ON\r\nCH2:OFF\r\n'),
    read: bytes => readLcusAnswer(bytes, [1, 2, 3, 4]),
  },
  'answers of a token’s daemon': { sample: () => new Uint8Array(184 * 3).fill(65), read: parseReaders },
}
