/**
 * Cohen's kappa: how far two appraisers agree beyond chance.
 * @param table counts by first (row) and second (column) appraiser's category
 * @returns null where chance alone would make them agree always
 */
export function cohenKappa(table: readonly (readonly number[])[]): number | null {
  const all = sum(table.map(sum))
  const agreed = sum(table.map((row, i) => row[i]!)) / all
  const chance = sum(table.map((row, i) => (sum(row) / all) * (sum(table.map(other => other[i]!)) / all)))
  return chance >= 1 ? null : (agreed - chance) / (1 - chance)
}

/** Fleiss' kappa of all appraisers together, with the standard error that it has where they only guess. */
export interface FleissKappa {
  readonly kappa: number
  readonly standardError: number
  readonly z: number
}

/**
 * @param table a row for each part: how many of the ratings put it into each category; every row has the same sum, two at least
 * @returns null where all ratings are of one category, or chance explains nothing
 */
export function fleissKappa(table: readonly (readonly number[])[]): FleissKappa | null {
  const [parts, ratings] = [table.length, sum(table[0] ?? [])]
  if (parts === 0 || ratings < 2) return null
  if (table.some(row => sum(row) !== ratings)) throw new RangeError('every part has the same number of ratings')
  const shares = table[0]!.map((_, category) => sum(table.map(row => row[category]!)) / (parts * ratings))
  const pairs = ratings * (ratings - 1)
  const agreed = sum(table.map(row => (sum(row.map(count => count * count)) - ratings) / pairs)) / parts
  const spread = sum(shares.map(share => share * (1 - share)))
  if (spread === 0) return null
  const kappa = (agreed - (1 - spread)) / spread
  const skew = sum(shares.map(share => share * (1 - share) * (1 - 2 * share)))
  const standardError = (Math.SQRT2 / (spread * Math.sqrt(parts * pairs))) * Math.sqrt(spread ** 2 - skew)
  return { kappa, standardError, z: kappa / standardError }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
