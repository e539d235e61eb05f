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

export type ReaderPartsLoaded = Readonly<Record<ReaderPart, Uint8Array<ArrayBuffer>>>

/** The id of the element that holds a part: gzip, as base64. */
export const idOfPart = (part: ReaderPart): string => `part-${part}`
