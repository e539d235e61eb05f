/** What units are counted by. */
export const groupings = ['station', 'product', 'lot', 'rig', 'operator', 'day', 'week', 'month'] as const
export type Grouping = (typeof groupings)[number]
