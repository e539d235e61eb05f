import type { DriverTable } from './driver.ts'

/** What a table's configurations are. */
export type ConfigOf<Table> = Table extends DriverTable<infer Config, never, unknown> ? Config : never
