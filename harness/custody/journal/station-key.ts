import { existsSync, linkSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { readOutside } from '../../core/outside-file.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import type { Random } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { CustodyError, fileError } from '../custody-error.ts'
import { syncFolder, writeDurably } from '../durable-file.ts'
import { SigningKey } from '../signing-key.ts'
import { openKey, parseSealedKey, sealKey } from '../store-key.ts'

/**
 * The station's key where nobody is there to give a password: it lies open in its file. It proves nothing against whoever
 * holds the machine.
 */
const OpenKey = z.strictObject({
  format: z.literal('assay-open-key-1'),
  /** 32 bytes, base64url. */
  seed: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})

const purpose = "the station's journal"

/**
 * Makes the key of a station, sealed where there is a password. Of two processes that make one at the same moment, the
 * second finds the first one's.
 * @param cost scrypt's N
 * @throws CustodyError `password-short`, as writing does
 */
export async function makeStationKey(
  path: string,
  password: Secret | null,
  random: Random,
  cost?: number,
): Promise<void> {
  const bytes = random.bytes(32)
  using seed = Secret.ofBytes(bytes)
  bytes.fill(0)
  const file = password === null ? openFile(seed) : await sealKey(seed, password, purpose, random, cost)
  const own = `${path}.${process.pid}`
  writeDurably(own, `${JSON.stringify(file)}\n`, 0o600)
  try {
    linkSync(own, path)
    syncFolder(dirname(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(path, 'written', cause)
  } finally {
    rmSync(own, { force: true })
  }
}

function openFile(seed: Secret): z.infer<typeof OpenKey> {
  const bytes = seed.expose()
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  bytes.fill(0)
  return { format: 'assay-open-key-1', seed: text }
}

/**
 * @param password asked only for a sealed key
 * @throws CustodyError `journal-key-missing`, `key-unreadable`, `key-newer`, `password-wrong`
 */
export async function openStationKey(path: string, password: () => Promise<Secret>): Promise<SigningKey> {
  const text = readKeyFile(path)
  const open = OpenKey.safeParse(parseJson(text))
  if (open.success) {
    const bytes = Buffer.from(open.data.seed, 'base64url')
    using seed = Secret.ofBytes(bytes)
    bytes.fill(0)
    return new SigningKey(seed)
  }
  const sealed = parseSealedKey(text, path)
  using given = await password()
  using seed = await openKey(sealed, given, purpose)
  return new SigningKey(seed)
}

function readKeyFile(path: string): string {
  if (!existsSync(path)) {
    throw new CustodyError(
      'journal-key-missing',
      `${path} is not there, so nothing can be written to its journal: put the key back from where it is kept. The journal itself can be read without.`,
    )
  }
  try {
    return readOutside(path, 'note', 'own').toString('utf8')
  } catch (cause) {
    throw fileError(path, 'read', cause)
  }
}
