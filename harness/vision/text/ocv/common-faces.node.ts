import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { type CommonFace, type DrawnFace, readyFaces, unpackFaces } from './common-faces.ts'

let loaded: readonly CommonFace[] | null = null

/**
 * Faces that labels are often printed in, tried where the maker's own is not known: Helvetica's and Arial's build, Courier's, and
 * what Linux and Android print with. They are kept as pictures of their symbols, which take a fortieth of the memory that
 * opening the fonts does. Made by write-common-faces.testing.ts; read once a process.
 */
export function commonFaces(): readonly CommonFace[] {
  loaded ??= readyFaces(decompressFaces(readFileSync(new URL('common-faces.bin', import.meta.url))))
  return loaded
}

export function decompressFaces(packed: Uint8Array): readonly DrawnFace[] {
  return unpackFaces(brotliDecompressSync(packed))
}
