import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Mutant, mutatedSource } from './mutant.ts'

/** How the tests ended: the first one that failed, or none. */
export interface TestRun {
  readonly passed: boolean
  /** The first test that failed, or why there is none to name. */
  readonly failure: string
  readonly seconds: number
}

/**
 * A copy of the tree in which the code may be broken. It lies inside the tree, so that the packages are found above it and
 * need neither copy nor link; no other tool looks there.
 */
export class MutantLane implements Disposable {
  readonly #root: string
  readonly #folder: string
  #end = () => {}

  constructor(root: string, name: string) {
    this.#root = root
    this.#folder = join(root, 'runs', 'mutants', name)
    rmSync(this.#folder, { recursive: true, force: true })
    const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    })
    if (listed.status !== 0) throw new Error(`git does not list the files of ${root}: ${listed.stderr}`)
    for (const file of listed.stdout.split('\0').filter(name => name !== '' && existsSync(join(root, name)))) {
      mkdirSync(dirname(join(this.#folder, file)), { recursive: true })
      copyFileSync(join(root, file), join(this.#folder, file))
    }
  }

  /** Runs the mutant's tests against it; the source is whole again afterwards. */
  async try(mutant: Mutant, deadlineS: number): Promise<TestRun> {
    const target = join(this.#folder, mutant.file)
    writeFileSync(target, mutatedSource(this.#root, mutant))
    try {
      return await this.test(mutant.tests, deadlineS)
    } finally {
      copyFileSync(join(this.#root, mutant.file), target)
    }
  }

  /** Runs test files until one fails. Whatever they started ends with them. */
  async test(files: readonly string[], deadlineS: number): Promise<TestRun> {
    const began = performance.now()
    const report = join(this.#folder, 'runs', 'report.json')
    rmSync(report, { force: true })
    const vitest = join(this.#root, 'node_modules', 'vitest', 'vitest.mjs')
    const options = ['--bail=1', '--maxWorkers=1', '--reporter=json', `--outputFile=${report}`]
    const child = spawn(process.execPath, [vitest, 'run', ...options, ...files], {
      cwd: this.#folder,
      stdio: 'ignore',
      // A group of its own: sites, workers and cameras that a broken program leaves behind end with it.
      detached: true,
    })
    this.#end = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // Nothing of it is left.
      }
    }
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#end()
    }, deadlineS * 1000)
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    clearTimeout(timer)
    this.#end()
    const seconds = (performance.now() - began) / 1000
    if (late) return { passed: false, failure: `not done within ${deadlineS} s`, seconds }
    return { passed: code === 0, failure: code === 0 ? '' : firstFailure(report, code), seconds }
  }

  [Symbol.dispose](): void {
    this.#end()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function firstFailure(path: string, code: number | null): string {
  if (!existsSync(path)) return `the tests ended with ${code}`
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report
  const failed = testResults.flatMap(file => file.assertionResults).find(({ status }) => status === 'failed')
  const broken = testResults.find(({ message }) => message !== '')
  return failed?.fullName ?? `before the first test: ${broken?.message.split('\n')[0] ?? 'unknown'}`
}
