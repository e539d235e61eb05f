import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { type CommonFace, type DrawnFace, readyFaces, unpackFaces } from './common-faces.ts'

/**
 * Faces that labels are often printed in, tried where the maker's own is not known: Helvetica's and Arial's build, Courier's, and
 * what Linux and Android print with. They are kept as pictures of their symbols, which take a fortieth of the memory that
 * opening the fonts does. Made by write-common-faces.testing.ts; read once a process.
 */
export const commonFaces = readOnce('common-faces.bin')

/** Many more faces, of capitals and digits only: what cards are engraved and labels printed in, and what looks like it. */
export const capitalFaces = readOnce('capital-faces.bin')

function readOnce(name: string): () => readonly CommonFace[] {
  let loaded: readonly CommonFace[] | null = null
  return () => (loaded ??= readyFaces(decompressFaces(readFileSync(new URL(name, import.meta.url)))))
}

export function decompressFaces(packed: Uint8Array): readonly DrawnFace[] {
  return unpackFaces(brotliDecompressSync(packed))
}
