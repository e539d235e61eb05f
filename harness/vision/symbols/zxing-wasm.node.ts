import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** The second reader's WebAssembly, as the installed package has it: no network. */
export async function readZxingBinary(): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(
    createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'),
  )
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
