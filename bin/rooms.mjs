/**
 * One row a room: what its source may import from other rooms, at run time and as types only (`import type`).
 * A folder's most specific row counts. Files of the same room, and packages, are always allowed.
 *
 * Tests, benches (`*.test.ts`, `*.bench.ts`) and their aids may import every room but the command line and the scenarios:
 * a test of vision is made honest by the virtual camera.
 *
 * @typedef {{ room: string, may: readonly string[], types?: readonly string[], everywhere?: boolean }} Room
 * `everywhere`: its import graph must run in a browser too, so no `node:` outside files named `*.node.ts`.
 */

/** May be imported by every room but `harness/bip38` and `harness/coins`, which stay usable on their own. */
const leaves = ['harness/secret', 'harness/errors']

/** @type {readonly string[]} */
const harness = ['harness']

/** @type {readonly Room[]} */
export const rooms = [
  { room: 'harness/secret', may: [] },
  { room: 'harness/errors', may: [] },
  { room: 'harness/bip38', may: [], everywhere: true },
  { room: 'harness/coins', may: ['harness/bip38'], everywhere: true },
  // The strict schema of each driver's options is checked by the compiler against the driver's own type.
  { room: 'harness/config', may: leaves, types: ['devices'] },
  { room: 'harness/products', may: leaves },
  { room: 'harness/vision', may: [...leaves, 'harness/products'] },
  {
    room: 'harness/checks',
    may: [...leaves, 'harness/bip38', 'harness/coins', 'harness/products'],
    types: ['harness/vision'],
  },
  {
    room: 'harness/inspection',
    // The coins for the address book that an inspection uses when it is given none.
    may: [...leaves, 'harness/vision', 'harness/checks', 'harness/products', 'harness/coins'],
    types: ['harness/bip38', 'devices'],
  },
  { room: 'harness/custody', may: leaves, types: ['harness/inspection'] },
  { room: 'harness/lots', may: leaves, types: ['harness/inspection'] },
  { room: 'harness/cli', may: [...harness, 'devices', 'fixtures', 'reports'] },
  { room: 'harness/bench', may: [...harness, 'devices', 'fixtures', 'reports'] },
  // The face of the published package.
  { room: 'harness/index.ts', may: harness },
  { room: 'devices', may: leaves, types: harness },
  {
    room: 'fixtures',
    may: [...leaves, 'harness/bip38', 'harness/coins', 'harness/products', 'harness/custody'],
    types: ['devices/virtual', 'harness/vision', 'harness/checks'],
  },
  { room: 'scenarios', may: [...harness, 'devices', 'fixtures', 'reports'] },
  { room: 'reports', may: leaves, types: ['harness/inspection', 'harness/lots', 'harness/vision', 'harness/checks'] },
]

/** No room may import these, whatever its row says; only files of the same room do. */
export const closedRooms = ['harness/cli', 'harness/bench', 'scenarios']

/** Serve several tests or benches and are none: not in the published package (tsconfig.build.json), and only tests import them. */
export const testAids = [
  'fixtures/line/killed-line.ts',
  'fixtures/line/quick-line.ts',
  'fixtures/line/separation/quick-site-a.ts',
  'fixtures/line/separation/quick-site-b.ts',
  'fixtures/line/separation/prying-site.ts',
  'devices/grbl/tongues.ts',
  'devices/camera/test-benches.ts',
  'devices/camera/test-pictures.ts',
  'harness/bip38/browser/vectors-worker.ts',
  'harness/bip38/scrypt/cheap-engine.ts',
  'harness/cli/bip38/second-bip38.ts',
  'harness/checks/reference-unit.ts',
  'harness/inspection/photographs-with-truth.ts',
  'harness/inspection/reference-request.ts',
  'harness/vision/stress/disturbances.ts',
  'harness/vision/stress/no-texts.ts',
  'harness/vision/stress/shot.ts',
  'devices/virtual/simulate.ts',
  'devices/virtual/wled-board.ts',
  'harness/products/single-stroke-font.ts',
  'harness/vision/text/synthetic-line.ts',
  'reports/sample-record.ts',
]

/** What the top level may hold besides dotfiles. */
export const topLevel = [
  'harness',
  'devices',
  'scenarios',
  'fixtures',
  'reports',
  'bin',
  'docs',
  'package.json',
  'package-lock.json',
  'playwright.config.ts',
  'vitest.config.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'biome.json',
  'README.md',
  'LICENSE',
  'NOTICE',
  'CHANGELOG.md',
]

/** Names that say nothing about what a folder holds. */
export const namelessFolders = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'lib', 'shared', 'stuff']
