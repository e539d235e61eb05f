/** Phones' usual pictures of 12 megapixels have up to 4080 px: as they are, and larger ones made smaller. */
const longestPhotographPx = 4200

/**
 * By how much a photograph is made smaller before it is judged: by a whole number. By 0.99, say, rows come out sharp and soft in
 * turns, which is how two pictures look that were put together.
 */
export const photographScale = (longestSidePx: number): number => 1 / Math.ceil(longestSidePx / longestPhotographPx)
