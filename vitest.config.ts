import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, first: begun last, one would leave the other cores waiting. */
const longest = [
  'bin/package.test.ts',
  'harness/cli/photographs/photographs.test.ts',
  'devices/outside-readers.test.ts',
  'harness/cli/demo/run-demo.test.ts',
  'harness/cli/console/console.test.ts',
  'harness/customer/photograph.page.test.ts',
  'harness/bench/soak.test.ts',
  'harness/cli/lot/lot-release.test.ts',
  'devices/rig/calibration/correction.test.ts',
  'harness/inspection/glovebox/glovebox.test.ts',
  'harness/teach/learn-faces.test.ts',
  'harness/console/console.page.test.ts',
  'devices/camera/camera-contract.test.ts',
  'harness/customer/customer.page.test.ts',
  'harness/imaging/torn-picture.test.ts',
  'devices/rig/real-rig.test.ts',
  'harness/cli/rig/session.test.ts',
  'harness/vision/rest/rest-of-card.test.ts',
  'harness/cli/bip38/second-bip38.test.ts',
  'harness/cli/vault/vault.test.ts',
  'devices/camera/pixel-fidelity.page.test.ts',
  'harness/line/killed-line.test.ts',
  'harness/line/circumstances.test.ts',
  'harness/vision/pool/vision.test.ts',
]

const all = ['{harness,devices,fixtures,reports,bin}/**/*.test.ts']
/** Put something of ours in a module's place, so that their modules must be loaded anew. */
const mocking = [
  'harness/cli/console/spot-check.page.test.ts',
  'harness/cli/demo/demo-command.test.ts',
  'harness/cli/journal/station-journal.test.ts',
  'harness/cli/lot/inspect-lot-command.test.ts',
  'harness/cli/lot/spot-check-command.test.ts',
  'harness/cli/nightly/nightly-command.test.ts',
  'harness/cli/run-folder.test.ts',
  'harness/custody/durable-file.test.ts',
  'harness/line/site/write-record.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex(file => moduleId.endsWith(file))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    // Workers of ours (scrypt, vision) live inside a test's process: forks keep them apart. A fork takes file after file,
    // since loading the modules anew for each would cost a third of a second; so no file leaves anything behind in them.
    pool: 'forks',
    // Tests wait for processes and devices: on two cores, two at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    tags: [{ name: 'long', description: 'A file that takes more than some ten seconds: npm test leaves it to CI.' }],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'tests', isolate: false, include: all, exclude: mocking } },
      { extends: true, test: { name: 'tests with mocks', include: mocking } },
    ],
  },
})
