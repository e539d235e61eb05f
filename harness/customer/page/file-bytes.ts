/** A list of 100,000 cards has 60 MB, a photograph of 100 megapixels as PNG some 200: what is larger would only fill a phone's memory. */
const mostBytes = 256 * 2 ** 20

/** What a chosen file holds. @throws RangeError for one that is too large, and the browser's own where it cannot be read */
export async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > mostBytes) throw new RangeError('the file is too large')
  return new Uint8Array(await file.arrayBuffer())
}
