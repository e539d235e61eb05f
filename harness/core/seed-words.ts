import { wordlist } from '@scure/bip39/wordlists/english.js'

const words = new Set(wordlist)
/** The first four letters tell a word of the list: steel plates often hold no more (BIP39, «Wordlist»). */
const stems = new Set(wordlist.map(word => word.slice(0, 4)))
/** So many words of the list in a row are no prose: half a seed is a secret too. */
const RUN_OF_WORDS = 8
const RUN_OF_STEMS = 12
/** BIP39 has 12 to 24 words in steps of three, SLIP39 20 or 33, Monero 13 or 25. */
const seedLengths = [12, 13, 15, 18, 20, 21, 24, 25, 33]

/** Does the text hold the words of a seed: BIP39 English, whole or in part, or any language where it holds nothing else? */
export function holdsSeedWords(text: string): boolean {
  const lower = text.toLowerCase()
  const letters = lower.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
  if (letters.length < RUN_OF_WORDS) return false
  return (
    longestRun(letters, word => words.has(word)) >= RUN_OF_WORDS ||
    longestRun(letters, word => words.has(word) || stems.has(word)) >= RUN_OF_STEMS ||
    isNothingButWords(lower)
  )
}

function longestRun(letters: readonly string[], isOne: (word: string) => boolean): number {
  let [longest, run] = [0, 0]
  for (const word of letters) {
    run = isOne(word) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

/** Lists in other languages: no sentence, only words of a length that such lists have, as many as a seed has. */
function isNothingButWords(lower: string): boolean {
  const parts = lower.trim().split(/[\s,]+/u)
  return (
    seedLengths.includes(parts.length) &&
    parts.every(word => /^(?:[\p{Script=Latin}\p{M}]{3,12}|[^\p{Script=Latin}\P{L}][\p{L}\p{M}]*)$/u.test(word))
  )
}

/** So many words of the list one after the other, without blanks, are no prose: its short words are not in the list. */
const GLUED_WORDS = 4

/** The same of a text whose blanks are not known, as readers of a line give it: words of BIP39 English one after the other. */
export function holdsGluedSeedWords(text: string): boolean {
  const lower = text.toLowerCase()
  const runs = new Array<number>(lower.length + 1).fill(0)
  for (let end = SHORTEST_WORD; end <= lower.length; end++)
    for (let length = SHORTEST_WORD; length <= Math.min(LONGEST_WORD, end); length++)
      if (words.has(lower.slice(end - length, end))) runs[end] = Math.max(runs[end]!, runs[end - length]! + 1)
  return Math.max(...runs) >= GLUED_WORDS
}

const SHORTEST_WORD = 3
const LONGEST_WORD = 8

/** Bytes of the shortest piece of a SeedQR that is taken for one: eight words. */
const SHORTEST_DIGITS = 32

/** SeedQR: every word as its place in the list, four digits each. No other number has only groups below 2048. */
export function holdsSeedDigits(text: string): boolean {
  const runs = text.match(/\d{32,}/g) ?? []
  return runs.some(digits => {
    const groups = digits.match(/\d{4}/g)!
    return digits.length % 4 === 0 && digits.length >= SHORTEST_DIGITS && groups.every(group => Number(group) < 2048)
  })
}
