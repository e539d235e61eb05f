import { availableParallelism } from 'node:os'

/** The settings by their path in the configuration. */
export type SettingPath = 'product' | 'station' | 'rig.name' | 'rig.kind' | 'rig.seed' | 'runs' | 'journal' | 'workers'

/** One setting and where its value may come from besides the file. */
export interface Setting {
  readonly path: SettingPath
  /** Set in the environment, it wins over the file. */
  readonly environment: string
  /** As commander writes it. A flag wins over everything. */
  readonly flag: string
  readonly about: string
  /** Texts from flags and environment are made into this kind of value. */
  readonly kind: 'text' | 'number'
  /** Relative paths are resolved against the folder of whoever wrote them: the file, or the person at the prompt. */
  readonly isPath: 'always' | 'if-json' | 'never'
  /** Where the default is a path: it is beside the configuration file, and not where the person stands. */
  readonly besideFile?: boolean
  readonly byDefault: () => string | number
}

/** Every setting, one row each; `assay config print` lists them in this order. */
export const settings: readonly Setting[] = [
  {
    path: 'product',
    environment: 'ASSAY_PRODUCT',
    flag: '--product <name|file>',
    about: 'product profile: a shipped name or a JSON file',
    kind: 'text',
    isPath: 'if-json',
    byDefault: () => 'assay-reference',
  },
  {
    path: 'station',
    environment: 'ASSAY_STATION',
    flag: '--station <name>',
    about: 'where in the process the unit is inspected: printed, etched, sealed or opened',
    kind: 'text',
    isPath: 'never',
    byDefault: () => 'sealed',
  },
  {
    path: 'rig.name',
    environment: 'ASSAY_RIG_NAME',
    flag: '--rig-name <name>',
    about: "the rig's name in records and reports",
    kind: 'text',
    isPath: 'never',
    byDefault: () => 'virtual',
  },
  {
    path: 'rig.kind',
    environment: 'ASSAY_RIG_KIND',
    flag: '--rig-kind <kind>',
    about: 'what stands on the bench',
    kind: 'text',
    isPath: 'never',
    byDefault: () => 'virtual',
  },
  {
    path: 'rig.seed',
    environment: 'ASSAY_RIG_SEED',
    flag: '--rig-seed <number>',
    about: "starts the virtual rig's random choices",
    kind: 'number',
    isPath: 'never',
    byDefault: () => 1,
  },
  {
    path: 'runs',
    environment: 'ASSAY_RUNS',
    flag: '--runs <folder>',
    about: 'where run folders are made',
    kind: 'text',
    isPath: 'always',
    byDefault: () => 'runs',
  },
  {
    path: 'journal',
    environment: 'ASSAY_JOURNAL',
    flag: '--journal <folder>',
    about: 'folder of the journal, in which every result is kept',
    kind: 'text',
    isPath: 'always',
    besideFile: true,
    byDefault: () => 'assay-journal',
  },
  {
    path: 'workers',
    environment: 'ASSAY_WORKERS',
    flag: '--workers <number>',
    about: 'threads for vision and scrypt',
    kind: 'number',
    isPath: 'never',
    byDefault: () => availableParallelism(),
  },
]
