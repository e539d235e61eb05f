import { CustodyError } from '../custody-error.ts'

/** A file of a sealed inspection. */
export interface NamedBytes {
  /** Letters, digits, dots and dashes: no folder, at most 99 characters. */
  readonly name: string
  readonly bytes: Uint8Array
}

/*
 * POSIX ustar (IEEE Std 1003.1, «pax», ustar interchange format), flat, plain files only: `age -d … | tar x` opens what Assay sealed.
 */

const block = 512
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,98}$/

/** @param atMs when, since 1970. @throws RangeError for a name that is none */
export function packTar(files: readonly NamedBytes[], atMs: number): Uint8Array {
  const sizes = files.map(({ bytes }) => block + Math.ceil(bytes.length / block) * block)
  const tar = new Uint8Array(sizes.reduce((sum, size) => sum + size, 2 * block))
  let at = 0
  for (const [i, { name, bytes }] of files.entries()) {
    if (!plainName.test(name)) throw new RangeError('a file of an inspection has a plain name')
    tar.set(headOf(name, bytes.length, atMs), at)
    tar.set(bytes, at + block)
    at += sizes[i]!
  }
  return tar
}

function headOf(name: string, size: number, atMs: number): Uint8Array {
  const head = Buffer.alloc(block)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  head.write(name, 0)
  head.write(octal(0o600, 7), 100)
  head.write(octal(0, 7), 108)
  head.write(octal(0, 7), 116)
  head.write(octal(size, 11), 124)
  head.write(octal(Math.floor(atMs / 1000), 11), 136)
  head.write('0', 156)
  head.write('ustar\x0000', 257)
  head.write(`${octal(sumOf(head), 6)} `, 148)
  return head
}

/** The sum of a head's bytes, its own field taken as spaces. */
const sumOf = (head: Uint8Array) => head.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0)

/**
 * The files of {@link packTar}. Whoever knows the recipients may have sealed something else: what is no flat archive of plain
 * files is refused whole.
 * @throws CustodyError `archive-unreadable`
 */
export function unpackTar(tar: Uint8Array): readonly NamedBytes[] {
  const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength)
  const files: NamedBytes[] = []
  const names = new Set<string>()
  for (let at = 0; ; ) {
    if (bytes.length - at < 2 * block) throw unreadable('it is cut off')
    const head = bytes.subarray(at, at + block)
    if (head.every(byte => byte === 0)) {
      if (bytes.subarray(at).some(byte => byte !== 0)) throw unreadable('something stands behind its end')
      return files
    }
    const name = textOf(head, 0, 100)
    if (textOf(head, 257, 6) !== 'ustar') throw unreadable('it is no ustar archive')
    if (numberOf(head, 148, 8) !== sumOf(head)) throw unreadable('a head in it is damaged')
    if (head[156] !== 0x30 || textOf(head, 345, 155) !== '') throw unreadable('it holds more than plain files')
    if (!plainName.test(name) || names.has(name)) throw unreadable('a name in it is none')
    const size = numberOf(head, 124, 12)
    const end = at + block + size
    if (end > bytes.length) throw unreadable('it is cut off')
    files.push({ name, bytes: bytes.subarray(at + block, end) })
    names.add(name)
    at += block + Math.ceil(size / block) * block
  }
}

const textOf = (head: Buffer, at: number, length: number) => {
  const field = head.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('latin1', 0, end < 0 ? length : end)
}

function numberOf(head: Buffer, at: number, length: number): number {
  const text = textOf(head, at, length).trim()
  if (!/^[0-7]{1,11}$/.test(text)) throw unreadable('a number in it is none')
  return Number.parseInt(text, 8)
}

const unreadable = (why: string) =>
  new CustodyError('archive-unreadable', `What was sealed is no archive of an inspection: ${why}. Nothing was written.`)
