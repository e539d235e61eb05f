/**
 * One row a room: what its source may import from other rooms, at run time and as types only (`import type`).
 * A folder's most specific row counts. Files of the same room, and packages, are always allowed.
 *
 * Tests, benches (`*.test.ts`, `*.bench.ts`) and their aids may import every room but the command line and the scenarios:
 * a test of vision is made honest by the virtual camera.
 *
 * @typedef {{ room: string, may: readonly string[], types?: readonly string[], everywhere?: boolean }} Room
 * `everywhere`: its import graph must run in a browser too, so no `node:` and no package for Node only outside files named
 * `*.node.ts`, which it loads by `import()` or is handed, and no room that does not run there.
 */

/** May be imported by every room but `harness/bip38` and `harness/coins`, which stay usable on their own. */
const core = ['harness/core']

/** @type {readonly string[]} */
const harness = ['harness']

/** @type {readonly Room[]} */
export const rooms = [
  { room: 'harness/core', may: [], everywhere: true },
  { room: 'harness/imaging', may: core, everywhere: true },
  { room: 'harness/bip38', may: [], everywhere: true },
  { room: 'harness/coins', may: ['harness/bip38'], everywhere: true },
  // What a configuration may say of a device stands in the device's driver.
  { room: 'harness/config', may: [...core, 'devices/rig/rig-config.ts'], types: ['devices'] },
  { room: 'harness/products', may: core, everywhere: true },
  // Reads profiles from files, for whoever hands them on.
  { room: 'harness/products/load-profile.ts', may: [...core, 'harness/products'] },
  // The way through a photograph: a page can run it. Its processes are Node's.
  { room: 'harness/vision', may: [...core, 'harness/imaging', 'harness/products'], everywhere: true },
  { room: 'harness/vision/pool', may: [...core, 'harness/imaging', 'harness/products', 'harness/vision'] },
  {
    room: 'harness/checks',
    may: [...core, 'harness/bip38', 'harness/coins', 'harness/products'],
    types: ['harness/vision'],
    everywhere: true,
  },
  { room: 'harness/record', may: core, everywhere: true },
  {
    room: 'harness/guard',
    may: [...core, 'harness/vision', 'harness/bip38', 'harness/products', 'harness/custody'],
    types: ['harness/imaging', 'harness/record'],
    everywhere: true,
  },
  {
    room: 'harness/inspection',
    // The coins for the address book that an inspection uses when it is given none.
    may: [
      ...core,
      'harness/vision',
      'harness/checks',
      'harness/products',
      'harness/record',
      'harness/guard',
      'harness/coins',
    ],
    types: ['harness/bip38', 'harness/imaging', 'devices'],
    everywhere: true,
  },
  // The process in which secrets are worked with, and who starts it.
  {
    room: 'harness/inspection/glovebox',
    may: [...core, 'harness/inspection', 'harness/vision', 'harness/custody', 'harness/products', 'harness/lots'],
    types: ['harness/record'],
  },
  // Golden units to a product: looks as vision does, without a profile.
  {
    room: 'harness/teach',
    may: [...core, 'harness/bip38', 'harness/coins', 'harness/imaging', 'harness/products', 'harness/vision'],
  },
  { room: 'harness/custody', may: core },
  {
    room: 'harness/lots',
    // A release judges what was seen once more, by the rules of whoever judged it.
    may: [...core, 'harness/record', 'harness/custody', 'harness/products', 'harness/checks', 'harness/inspection'],
  },
  {
    room: 'harness/line',
    may: [...core, 'harness/bip38', 'harness/coins', 'harness/products', 'harness/record', 'harness/custody'],
    types: ['harness/imaging'],
  },
  // The owner's page and its server. What runs in a browser stands beside what makes the page (`*.node.ts`).
  {
    room: 'harness/customer',
    may: [
      ...core,
      'harness/bip38',
      'harness/coins',
      'harness/products',
      'harness/checks',
      'harness/imaging',
      'harness/vision',
      'harness/inspection',
    ],
    types: ['harness/record'],
    everywhere: true,
  },
  // The bench in one screen: `page/` runs in a browser.
  {
    room: 'harness/console',
    may: [
      ...core,
      'harness/imaging',
      'harness/checks',
      'harness/inspection',
      'harness/lots',
      'harness/record',
      'harness/custody',
      'harness/products',
      'reports',
    ],
    types: ['harness/vision'],
  },
  { room: 'harness/cli', may: [...harness, 'devices', 'fixtures', 'reports'] },
  { room: 'harness/bench', may: [...harness, 'devices', 'fixtures', 'reports'] },
  // The face of the published package.
  { room: 'harness/index.ts', may: harness },
  { room: 'devices', may: [...core, 'harness/imaging'], types: harness },
  {
    room: 'fixtures',
    may: [...core, 'harness/bip38', 'harness/coins', 'harness/products', 'harness/line'],
    types: ['devices/virtual'],
  },
  { room: 'scenarios', may: [...harness, 'devices', 'fixtures', 'reports'] },
  { room: 'reports', may: [...core, 'harness/record'], types: ['harness/vision', 'harness/lots', 'harness/custody'] },
]

/** Packages that run in Node only. */
export const nodeOnlyPackages = [
  'commander',
  'koffi',
  'onnxruntime-node',
  'pdfkit',
  'playwright',
  'serialport',
  'sharp',
]

/** No room may import these, whatever its row says; only files of the same room do. */
export const closedRooms = ['harness/cli', 'harness/bench', 'scenarios']

/** Not in the published package (bin/build.mjs), but for the entry points that bin/unused.mjs names. */
export const unpublishedFolders = [
  'bin',
  'scenarios',
  'harness/bench',
  // How the network was trained, and what tests compare with.
  'harness/vision/text/training',
  'devices/grbl/sessions',
  'fixtures/vectors',
  'reports/schemas',
]

/** Serves several tests or benches and is none: not in the published package (tsconfig.build.json), and only tests import it. */
export const isTestAid = (/** @type {string} */ path) => path.endsWith('.testing.ts')

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
