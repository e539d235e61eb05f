import { createReadStream, statSync } from 'node:fs'
import { AssayError } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { type KnownSecret, SHORTEST_TRACE } from '../../guard/leaks/secret-encodings.node.ts'

/** Secrets as they are handed over: one a line, from a file or a descriptor, never from the command line. */
export interface KnownOptions {
  readonly known?: string
  readonly knownFd?: number
}

/** A secret may be longer than any key; a file of them is not longer than this, bytes. */
const mostBytes = 2 ** 20

/** @throws AssayError `known-open`, `known-short`, `known-large` */
export async function knownSecrets({ known, knownFd }: KnownOptions): Promise<readonly KnownSecret[]> {
  const texts: Buffer[] = []
  if (known !== undefined) {
    if (process.platform !== 'win32' && (statSync(known, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) {
      throw new AssayError('known-open', `${known} holds secrets and may be read by other users: chmod 600 it.`)
    }
    texts.push(readOutside(known, 'note', 'own'))
  }
  if (knownFd !== undefined) texts.push(await readDescriptor(knownFd))
  return texts.flatMap(secretsIn)
}

async function readDescriptor(fd: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of createReadStream('', { fd, autoClose: true })) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > mostBytes) break
    }
  } catch (cause) {
    throw new AssayError('known-unreadable', `The file descriptor ${fd} cannot be read.`, { cause })
  }
  if (length > mostBytes) throw new AssayError('known-large', 'More than 1 MiB of known secrets was given.')
  return Buffer.concat(chunks)
}

/** Each is looked for as it stands; hexadecimal digits as the bytes that they are, too; groups one by one, too. */
function secretsIn(text: Buffer): KnownSecret[] {
  const lines = text
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
  return lines.flatMap((line, i) => {
    if (line === '') return []
    const name = `known secret ${i + 1}`
    const bytes = Buffer.from(line)
    if (bytes.length < SHORTEST_TRACE) {
      throw new AssayError(
        'known-short',
        `The known secret in line ${i + 1} has fewer than ${SHORTEST_TRACE} characters, and would be found everywhere.`,
      )
    }
    const groups = line.split(/[-. ]/).filter(group => group !== '')
    const secrets: KnownSecret[] = [{ name, bytes, groups: groups.length > 1 ? groups : [] }]
    if (groups.length > 1) secrets.push({ name, bytes: Buffer.from(groups.join('')) })
    if (/^(?:[0-9a-f]{2}){16,}$/i.test(line))
      secrets.push({ name: `${name}, as bytes`, bytes: Buffer.from(line, 'hex') })
    return secrets
  })
}
