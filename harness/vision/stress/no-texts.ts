import type { TextReader } from '../text/text-reader.ts'

/** Reads no line, for benches of everything else: covers and layers are then judged by their surfaces alone. */
export const noTexts: TextReader = {
  engine: 'wasm',
  readers: [],
  readLine: async () => ({
    text: null,
    outcome: 'unread',
    doubt: 'shape',
    confidence: 0,
    characters: [],
    readers: [],
    lattice: null,
    massOutsideAlphabet: 0,
    symbolsSeen: 0,
    inkPresent: false,
    legibility: null,
    because: 'not read here',
  }),
  async [Symbol.asyncDispose]() {},
}
