import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'playwright/test'
import { withScenarioReporter } from './reports/scenario-reporter.ts'

interface BrowserChoice {
  readonly executablePath: string | null
}

/** What `npm test` found or installed (bin/browser.mjs); specs without a page never start it. */
function chosenBrowser(): BrowserChoice | null {
  const path = new URL('.cache/browser.json', import.meta.url)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

/** Stations of the virtual rig. */
const stations = ['printed', 'etched', 'sealed', 'opened']

function specsOf(station: string): RegExp {
  return new RegExp(`[\\\\/]scenarios[\\\\/]${station}\\b.*\\.spec\\.ts$`)
}

const healthSpec = /[\\/]scenarios[\\/]health\.spec\.ts$/
/** The twin is always there; a bench comes beside it, with projects of its own. */
const bench = process.env['ASSAY_RIG'] || null
const rigs = [{ prefix: '', rigName: null }, ...(bench === null ? [] : [{ prefix: `${bench} `, rigName: bench }])]

const executablePath = chosenBrowser()?.executablePath
const jsonReport = process.env['ASSAY_PLAYWRIGHT_JSON']
const reporters = withScenarioReporter(
  [['list'], ...(jsonReport === undefined ? [] : ([['json', { outputFile: jsonReport }]] as const))],
  { junit: 'test-results/scenarios.xml', html: 'test-results/scenarios.html' },
)

export default defineConfig<object, { rigName: string | null }>({
  testDir: 'scenarios',
  outputDir: 'test-results',
  projects: [
    // Whatever names no station: no spec may lie there unrun. It waits for the health as the stations do: what depends on
    // something begins only once all that depends on nothing has ended, and a core would stand still beside the longest file.
    // First, as that file is in it.
    { name: 'any station', testIgnore: [...stations.map(specsOf), healthSpec], dependencies: ['health'] },
    // A spec belongs to the station that its folder or its name begins with.
    ...rigs.flatMap(({ prefix, rigName }) => [
      // When the rig is not well, nothing else is run on it, and what was not run is told so.
      { name: `${prefix}health`, testMatch: healthSpec, use: { rigName } },
      ...stations.map(station => ({
        name: `${prefix}${station}`,
        testMatch: specsOf(station),
        dependencies: [`${prefix}health`],
        // One rig takes one unit at a time, whatever the number of workers.
        ...(rigName !== null && { workers: 1 }),
        use: { rigName },
      })),
    ]),
  ],
  reporter: reporters,
  // A scenario waits for its rig about as long as it works: on two cores, two at once.
  workers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // A retry would hide a card that passes only sometimes; photographs are retaken by the rig, on the record.
  retries: 0,
  // And one that is asked for on the command line turns nothing green.
  failOnFlakyTests: true,
  timeout: 120_000,
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    // Traces, videos and screenshots hold whatever a test shows, secrets too.
    trace: 'off',
    video: 'off',
    screenshot: 'off',
    launchOptions: {
      chromiumSandbox: false,
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
      ...(executablePath == null ? {} : { executablePath }),
    },
  },
})
