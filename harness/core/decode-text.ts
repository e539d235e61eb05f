/** Text of a file, and what its first bytes say of it. Office programs write UTF-8 with a mark, or UTF-16. */
const marks: readonly (readonly [encoding: string, first: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/**
 * The text of a file's bytes: UTF-8, or UTF-16 in either order, with a byte order mark or without. Null when it is neither:
 * a guess at an older code page would make other letters of what is written.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = marks.find(([, first]) => first.every((byte, i) => bytes[i] === byte))?.[0] ?? unmarked(bytes)
  try {
    // A decoder takes the mark of its own encoding away.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** UTF-16 without a mark shows itself by the zero beside its first letter. */
function unmarked([first, second]: Uint8Array): string {
  if (first !== 0 && first !== undefined && second === 0) return 'utf-16le'
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : 'utf-8'
}
