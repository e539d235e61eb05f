import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bech32 } from '@scure/base'
import { afterAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { nextEntry } from '../hash-chain.ts'
import { holdFolder } from '../hold-folder.ts'
import { makeStationKey } from '../journal/station-key.ts'
import { SigningKey } from '../signing-key.ts'
import { canaries, evidenceOf, pair, recipients, recovery, token } from './canary-evidence.testing.ts'
import { addRecipient, readRecipientsFile, requireRecipients } from './recipients-file.ts'
import { openSealed, parseRecipients, partsOf, sealTo } from './seal.ts'
import { copyVault, type KeptSeal, keyBackupFile, openEvidence, sealEvidence, sealedIn, verifyVault } from './vault.ts'

const root = mkdtempSync(join(tmpdir(), 'assay-vault-'))
afterAll(() => rmSync(root, { recursive: true }))
let made = 0
const fresh = () => join(root, String(++made))

const key = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
let second = 0
const clock = () => new Date(Date.UTC(2026, 10, 29, 12, 0, second++))
const options = { recipients, key, clock }

/** A vault of three inspections, and what the journal kept of them. */
async function vaultOfThree(): Promise<{ folder: string; kept: KeptSeal[] }> {
  const folder = fresh()
  const kept: KeptSeal[] = []
  for (const unit of ['BX0000001', 'BX0000002', 'BX0000003']) {
    kept.push(await sealEvidence(folder, evidenceOf(unit), options))
  }
  return { folder, kept }
}
const fileOf = (folder: string, i: number) => join(folder, `${sealedIn(folder)[i]!.id}.age`)
const faultsOf = (folder: string, kept?: readonly KeptSeal[]) => verifyVault(folder, kept).faults
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())

describe('the vault', () => {
  it('gives back what was sealed, to the token and to the phrase, and is whole', async () => {
    const { folder, kept } = await vaultOfThree()
    for (const opener of [token, recovery]) {
      const files = await openEvidence(folder, kept[1]!.id, opener)
      expect(files.map(({ name, bytes }) => [name, Buffer.from(bytes)])).toEqual(
        evidenceOf('').files.map(({ name, bytes }) => [name, Buffer.from(bytes)]),
      )
    }
    expect(sealedIn(folder).map(({ unit, station }) => [unit, station])).toEqual(
      ['BX0000001', 'BX0000002', 'BX0000003'].map(unit => [unit, 'opened']),
    )
    expect(verifyVault(folder, kept)).toMatchObject({ faults: [], strays: [], signers: [key.publicKey] })
    expect(statSync(folder).mode & 0o077).toBe(0)
    for (const path of filesIn(folder).filter(name => /age$|jsonl$/.test(name)))
      expect(statSync(path).mode & 0o077).toBe(0)
    await expect(openEvidence(folder, '0'.repeat(16), token)).rejects.toMatchObject({ code: 'evidence-unknown' })
  })

  it('stores session key, salt and ciphertext, with ids, digests and signatures, and nothing that was in view', async () => {
    const { folder } = await vaultOfThree()
    for (const path of filesIn(folder)) {
      const bytes = readFileSync(path)
      for (const canary of canaries) expect(bytes.includes(canary.slice(0, 12))).toBe(false)
      if (path.endsWith('.age')) expect(partsOf(bytes)).not.toBe(null)
    }
    const [line] = readFileSync(join(folder, 'chain.jsonl'), 'utf8').split('\n')
    expect(Object.keys(JSON.parse(line!).body)).toEqual(
      'vault id unit station started sha256 sizeBytes sealedTo'.split(' '),
    )
  })
})

describe('a server that holds a vault', () => {
  it('is caught when it swaps two files, changes one, takes one away, or puts an old one back', async () => {
    const { folder, kept } = await vaultOfThree()
    const attacks: Readonly<Record<string, (at: string) => void>> = {
      swapped: at => {
        const [a, b] = [fileOf(at, 0), fileOf(at, 1)]
        renameSync(a, `${a}.x`)
        renameSync(b, a)
        renameSync(`${a}.x`, b)
      },
      'one bit': at => {
        const bytes = readFileSync(fileOf(at, 2))
        bytes[bytes.length - 1]! ^= 1
        writeFileSync(fileOf(at, 2), bytes)
      },
      truncated: at => writeFileSync(fileOf(at, 0), readFileSync(fileOf(at, 0)).subarray(0, -16)),
      gone: at => rmSync(fileOf(at, 1)),
      replayed: at => writeFileSync(fileOf(at, 2), readFileSync(fileOf(at, 0))),
      'a folder in its place': at => {
        rmSync(fileOf(at, 1))
        mkdirSync(fileOf(at, 1))
      },
    }
    for (const [name, attack] of Object.entries(attacks)) {
      const at = fresh()
      cpSync(folder, at, { recursive: true })
      attack(at)
      expect([name, faultsOf(at).length]).not.toEqual([name, 0])
      const openings = await Promise.allSettled(kept.map(({ id }) => openEvidence(at, id, recovery)))
      expect(openings.some(({ status }) => status === 'rejected')).toBe(true)
    }
  })

  it('is caught when it reorders, edits or replays entries, and, by what the journal kept, when it cuts the end or begins anew', async () => {
    const { folder, kept } = await vaultOfThree()
    const lines = readFileSync(join(folder, 'chain.jsonl'), 'utf8').trimEnd().split('\n')
    const withLines = (changed: readonly string[]) => {
      const at = fresh()
      cpSync(folder, at, { recursive: true })
      writeFileSync(join(at, 'chain.jsonl'), `${changed.join('\n')}\n`)
      return at
    }
    const [a, b, c] = lines as [string, string, string]
    for (const changed of [
      [b, a, c],
      [a, c],
      [a, b, b, c],
      [a, b.replace('BX0000002', 'BX0000009'), c],
    ]) {
      expect(faultsOf(withLines(changed))).not.toEqual([])
    }
    const cut = withLines([a, b])
    expect(faultsOf(cut)).toEqual([])
    expect(faultsOf(cut, kept)).toEqual([expect.stringMatching(/cut or replaced/)])
    const anew = fresh()
    const foreign = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
    for (const unit of ['BX0000001', 'BX0000002', 'BX0000003']) {
      await sealEvidence(anew, evidenceOf(unit), { ...options, key: foreign })
    }
    expect(verifyVault(anew)).toMatchObject({ faults: [], signers: [foreign.publicKey] })
    expect(faultsOf(anew, kept)).not.toEqual([])
  })

  it('gives nobody a file under the name of another unit, with an entry that it wrote itself or signed itself', async () => {
    const { folder, kept } = await vaultOfThree()
    const chain = join(folder, 'chain.jsonl')
    const [first, ...others] = readFileSync(chain, 'utf8').trimEnd().split('\n')
    const entry = JSON.parse(first!)
    const of = sealedIn(folder)[2]!
    const body = { ...entry.body, sha256: of.sha256, sizeBytes: of.sizeBytes }
    writeFileSync(fileOf(folder, 0), readFileSync(fileOf(folder, 2)))
    const withFirst = (changed: object) => writeFileSync(chain, `${[JSON.stringify(changed), ...others].join('\n')}\n`)
    const opening = (id: string) => openEvidence(folder, id, recovery, kept)
    withFirst({ ...entry, body })
    await expect(opening(kept[0]!.id)).rejects.toMatchObject({ code: 'evidence-changed' })
    const foreign = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
    withFirst(nextEntry(null, body, entry.at, foreign))
    await expect(opening(kept[0]!.id)).rejects.toMatchObject({ code: 'evidence-changed' })
    // Its id alone, which the journal does not know, is no other file's either.
    withFirst(nextEntry(null, { ...body, id: 'f'.repeat(16) }, entry.at, foreign))
    await expect(opening('f'.repeat(16))).rejects.toMatchObject({ code: 'chain-broken' })
  })

  it('adds no evidence of its own: what a foreign key signed is a fault, what the journal does not know is told', async () => {
    const { folder, kept } = await vaultOfThree()
    const { id } = await sealEvidence(folder, evidenceOf('BX0000004'), options)
    expect(verifyVault(folder, kept)).toMatchObject({ faults: [], unkept: [id] })
    const foreign = new SigningKey(Secret.ofBytes(systemRandom.bytes(32)))
    await sealEvidence(folder, evidenceOf('BX0000005'), { ...options, key: foreign })
    expect(faultsOf(folder, kept)).toEqual([expect.stringMatching(/foreign key/)])
  })

  it('may put a file there, which is told, and named by nothing that is opened', async () => {
    const { folder } = await vaultOfThree()
    writeFileSync(join(folder, 'planted.age'), await sealTo(recipients, Buffer.from('hostile')))
    expect(verifyVault(folder)).toMatchObject({ faults: [], strays: ['planted.age'] })
  })
})

describe('who has stolen the whole rig', () => {
  it('opens nothing with all its files: there is no key in them that opens', async () => {
    const rig = fresh()
    const folder = join(rig, 'vault')
    const recipientsFile = join(rig, 'recipients.txt')
    mkdirSync(join(folder, 'keys'), { recursive: true })
    await makeStationKey(join(rig, 'vault.key'), null, systemRandom)
    addRecipient(recipientsFile, 'ann', recipients[0]!.text)
    addRecipient(recipientsFile, 'recovery phrase', recipients[1]!.text)
    const { id } = await sealEvidence(folder, evidenceOf('BX0000001'), {
      ...options,
      recipients: requireRecipients(recipientsFile),
    })
    const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const backup = keyBackupFile(folder, 'ann')
    writeFileSync(backup, await sealTo([recipients[1]!], Buffer.from(pem)))
    const sealed = [join(folder, `${id}.age`), backup].map(path => readFileSync(path))
    let tried = 0
    for (const path of filesIn(rig)) {
      const bytes = readFileSync(path)
      expect(() => createPrivateKey(bytes)).toThrow()
      for (const scalar of scalarsIn(bytes)) {
        tried++
        const identity = Secret.ofText(bech32.encodeFromBytes('age-secret-key-', scalar).toUpperCase())
        for (const file of sealed) {
          await expect(openSealed(file, identity)).rejects.toMatchObject({ code: 'not-for-this-key' })
        }
      }
    }
    // The signing key, the recipients' own numbers, digests and signatures are among them.
    expect(tried).toBeGreaterThan(8)
    // The same hunter finds the key where there is one.
    writeFileSync(join(rig, 'forgotten.txt'), recovery.exposeText())
    const scalars = scalarsIn(readFileSync(join(rig, 'forgotten.txt')))
    const hunted = scalars.map(scalar => bech32.encodeFromBytes('age-secret-key-', scalar).toUpperCase())
    expect(hunted).toContain(recovery.exposeText())
  })
})

/** Whatever in a file could be 32 bytes of a key: by every text encoding that a key is written in. */
function scalarsIn(bytes: Buffer): Uint8Array[] {
  const text = bytes.toString('latin1')
  const words = text.match(/[A-Za-z0-9+/_=-]{40,120}/g) ?? []
  return words.flatMap(word => {
    const decoded = [Buffer.from(word, 'base64url'), Buffer.from(word, 'base64'), Buffer.from(word, 'hex')]
    try {
      decoded.push(Buffer.from(bech32.decodeToBytes(word.toLowerCase() as `${string}1${string}`).bytes))
    } catch {
      // Most words are none.
    }
    return decoded.filter(one => one.length >= 32).map(one => Uint8Array.from(one.subarray(0, 32)))
  })
}

describe('sealing', () => {
  it('by several at once loses none', async () => {
    const folder = fresh()
    await Promise.all(Array.from({ length: 6 }, (_, i) => sealEvidence(folder, evidenceOf(`BX000000${i}`), options)))
    expect(verifyVault(folder)).toMatchObject({ faults: [], strays: [] })
    expect(sealedIn(folder).length).toBe(6)
  })

  it('that is killed leaves a sound vault: what was acknowledged is there, and nothing is half there', async () => {
    const folder = fresh()
    const program = fileURLToPath(new URL('./killed-vault.testing.ts', import.meta.url))
    const recipientTexts = recipients.map(({ text }) => text)
    const child = spawn(process.execPath, [program, folder, ...recipientTexts], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    for await (const chunk of child.stdout) {
      said += chunk
      if (said.split('\n').length > 4) child.kill('SIGKILL')
    }
    const acknowledged = said.split('\n').slice(0, -1)
    const report = verifyVault(folder)
    expect(report.faults).toEqual([])
    expect(report.entries.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged))
    expect(acknowledged.length).toBeGreaterThan(3)
    await openEvidence(folder, acknowledged.at(-1)!, recovery)
    // Half an entry, as a power cut leaves it.
    writeFileSync(join(folder, 'chain.jsonl'), `${readFileSync(join(folder, 'chain.jsonl'), 'utf8')}{"format":"ass`)
    expect(verifyVault(folder).faults).toEqual([])
    await sealEvidence(folder, evidenceOf('BX0000001'), { ...options, clock: () => new Date() })
    expect(verifyVault(folder).faults.filter(fault => !/foreign key/.test(fault))).toEqual([])
  })

  it('never goes on from a chain whose last entry was changed', async () => {
    const { folder } = await vaultOfThree()
    const path = join(folder, 'chain.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('BX0000003', 'BX0000004'))
    await expect(sealEvidence(folder, evidenceOf('BX0000005'), options)).rejects.toMatchObject({ code: 'chain-broken' })
  })

  it('never begins anew behind what is no entry, and leaves it as it is', async () => {
    const { folder } = await vaultOfThree()
    const path = join(folder, 'chain.jsonl')
    const filled = `${readFileSync(path, 'utf8')}${'x'.repeat(70_000)}`
    writeFileSync(path, filled)
    await expect(sealEvidence(folder, evidenceOf('BX0000005'), options)).rejects.toMatchObject({ code: 'chain-broken' })
    expect(readFileSync(path, 'utf8')).toBe(filled)
  })
})

describe('a backup', () => {
  it('has everything, copies only what is new, and is put back', async () => {
    const { folder } = await vaultOfThree()
    const to = fresh()
    expect(copyVault(folder, to)).toEqual({ copied: 3, there: 0, entries: 3 })
    await sealEvidence(folder, evidenceOf('BX0000004'), options)
    expect(copyVault(folder, to)).toEqual({ copied: 1, there: 3, entries: 4 })
    rmSync(folder, { recursive: true })
    expect(copyVault(to, folder)).toMatchObject({ copied: 4 })
    expect(faultsOf(folder)).toEqual([])
    rmSync(fileOf(folder, 2))
    expect(copyVault(to, folder)).toMatchObject({ copied: 1 })
  })

  it('takes whole entries only, so that the next one goes on from it', async () => {
    const { folder } = await vaultOfThree()
    const to = fresh()
    const path = join(folder, 'chain.jsonl')
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"format":"ass`)
    copyVault(folder, to)
    await sealEvidence(folder, evidenceOf('BX0000004'), options)
    expect(copyVault(folder, to)).toMatchObject({ copied: 1, entries: 4 })
    expect(faultsOf(to)).toEqual([])
  })

  it('is not put back while somebody seals: an entry of that moment would be lost', async () => {
    const { folder } = await vaultOfThree()
    const to = fresh()
    copyVault(folder, to)
    using _ = holdFolder(folder, { operator: 'ann', doing: 'seals evidence', pid: process.pid, since: '' })
    expect(() => copyVault(to, folder)).toThrow(expect.objectContaining({ code: 'folder-held' }))
  })

  it('that is older, other or unsound takes nothing back', async () => {
    const { folder } = await vaultOfThree()
    const to = fresh()
    copyVault(folder, to)
    await sealEvidence(folder, evidenceOf('BX0000004'), options)
    expect(() => copyVault(to, folder)).toThrow(expect.objectContaining({ code: 'vault-older' }))
    const { folder: other } = await vaultOfThree()
    expect(() => copyVault(other, folder)).toThrow(expect.objectContaining({ code: 'vault-older' }))
    rmSync(fileOf(to, 0))
    expect(() => copyVault(to, fresh())).toThrow(expect.objectContaining({ code: 'vault-faulty' }))
    expect(() => copyVault(fresh(), folder)).toThrow(expect.objectContaining({ code: 'vault-missing' }))
    expect(existsSync(fileOf(folder, 3))).toBe(true)
  })
})

describe('the recipients file', () => {
  it('has each key once, however it is written', async () => {
    const { prefix, bytes } = bech32.decodeToBytes(recipients[1]!.text as `age1${string}`)
    bytes[31]! |= 0x80
    const twin = bech32.encodeFromBytes(prefix, bytes)
    expect(() => parseRecipients([recipients[1]!.text, twin])).toThrow(
      expect.objectContaining({ code: 'recipient-unreadable' }),
    )
  })

  it('is the one of `age -R`, each recipient with its name', () => {
    const path = fresh()
    addRecipient(path, 'ann', recipients[0]!.text)
    addRecipient(path, 'recovery phrase', recipients[1]!.text)
    expect(requireRecipients(path).map(({ name, kind }) => [name, kind])).toEqual([
      ['ann', 'token'],
      ['recovery phrase', 'recovery'],
    ])
    writeFileSync(path, `${recipients[0]!.text} bob@bench\n\n${recipients[1]!.text}`)
    expect(readRecipientsFile(path).map(({ name }) => name)).toEqual(['bob@bench', 'recipient 2'])
    expect(() => requireRecipients(fresh())).toThrow(expect.objectContaining({ code: 'recipients-few' }))
  })
})
