/** What reading a photograph takes besides programs: networks, engines and faces. A page carries them, as it can load nothing. */
export const readerParts = [
  'pp-ocr',
  'pp-ocr-keys',
  'text-detector',
  'etch-net',
  'etch-net-description',
  'onnx-engine',
  'second-reader',
  'common-faces',
  'capital-faces',
] as const
export type ReaderPart = (typeof readerParts)[number]

/** Each as the page carries it: gzip, as base64. */
export type ReaderPartsPacked = Readonly<Record<ReaderPart, string>>
export type ReaderPartsLoaded = Readonly<Record<ReaderPart, Uint8Array<ArrayBuffer>>>

/** @throws Error for a part that is not whole */
export async function unpackParts(packed: ReaderPartsPacked): Promise<ReaderPartsLoaded> {
  const loaded = await Promise.all(readerParts.map(async part => [part, await unpacked(packed[part])] as const))
  return Object.fromEntries(loaded) as unknown as ReaderPartsLoaded
}

/** @throws Error for what is not whole */
export async function unpacked(part: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([fromBase64(part)]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** By the browser's own way (since 2025), a twentieth of the time of a loop over 25 million characters. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }
  if (native.fromBase64 !== undefined) return native.fromBase64(text)
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** The name of a font of a product's maker, and the id of the element that holds it, packed as parts are. */
export const fontName = (digest: string): string => `font-${digest}`

/** The id of the element that holds a part: gzip, as base64. */
export const idOfPart = (part: ReaderPart): string => `part-${part}`
