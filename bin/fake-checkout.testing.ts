import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when `text` was seen on stdout or stderr. */
  saw(text: string): Promise<void>
}

/** How the npm of this machine behaves. */
export type NpmBehaviour =
  | 'installs'
  | 'installs-no-node'
  | 'installs-broken-node'
  | 'hangs'
  | 'hangs-on'
  | { readonly failsWith: string }

/**
 * A checkout in an empty folder: our real entry scripts, a small lock, and a machine whose PATH holds only fakes.
 * The command behind them is a stand-in that prints how it was called.
 */
export class FakeCheckout implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-checkout-')))
  /** The only folder in PATH besides the system's shell. */
  readonly programs = join(this.root, '.programs')
  readonly #started: ChildProcess[] = []

  constructor() {
    mkdirSync(this.programs)
    cpSync(import.meta.dirname, join(this.root, 'bin'), { recursive: true, filter: path => !path.endsWith('.test.ts') })
    writeFileSync(join(this.root, 'package.json'), '{"name":"assay","type":"module"}')
    writeFileSync(
      join(this.root, 'bin', 'assay.js'),
      `const { argv, execPath, env } = process
       if (argv[2] === 'exit') process.exit(Number(argv[3]))
       if (argv[2] === 'wait') {
         process.on('SIGINT', () => process.exit(130))
         setInterval(() => {}, 1000)
         console.log('waiting')
       } else console.log(JSON.stringify({ args: argv.slice(2), execPath, cwd: process.cwd(), path: env.PATH }))`,
    )
    this.lock('1.0.0')
    this.program('node', `exec ${process.execPath} "$@"`)
    this.npm('installs')
  }

  /** Path of the pinned Node that a good install leaves behind. */
  get pinnedNode(): string {
    return join(this.root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  }

  /** The checkout's lock names one package, in this version. */
  lock(version: string): void {
    const packages = { '': {}, 'node_modules/thing': { version, integrity: `sha512-${version}` } }
    writeFileSync(join(this.root, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
  }

  /** Puts a shell script into PATH. */
  program(name: string, script: string): string {
    const path = join(this.programs, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }

  withoutProgram(name: string): void {
    rmSync(join(this.programs, name))
  }

  npm(behaviour: NpmBehaviour): void {
    const log = `echo "engine_strict=$npm_config_engine_strict $*" >> ${this.root}/.npm-calls`
    const empty = `rm -rf ${this.root}/node_modules; mkdir -p ${this.root}/node_modules/thing`
    const node = `mkdir -p $(dirname ${this.pinnedNode})`
    const list = `cp ${this.root}/package-lock.json ${this.root}/node_modules/.package-lock.json`
    if (behaviour === 'installs')
      this.program('npm', `${log}\n${empty}\n${node}; ln -s ${process.execPath} ${this.pinnedNode}\n${list}`)
    else if (behaviour === 'installs-no-node') this.program('npm', `${log}\n${empty}\n${list}`)
    else if (behaviour === 'installs-broken-node')
      this.program(
        'npm',
        `${log}\n${empty}\n${node}; printf '#!/no/such/loader\\n' > ${this.pinnedNode}; chmod +x ${this.pinnedNode}\n${list}`,
      )
    else if (behaviour === 'hangs-on')
      this.program('npm', `${log}\n${empty}\ntrap '' INT TERM\nwhile true; do sleep 0.1; done`)
    else if (behaviour === 'hangs') this.program('npm', `${log}\n${empty}\nexec sleep 60`)
    else this.program('npm', `${log}\n${empty}\necho '${behaviour.failsWith}' >&2; exit 1`)
  }

  /** What npm was called with, a line a call. */
  get npmCalls(): readonly string[] {
    const log = join(this.root, '.npm-calls')
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  }

  /** Starts `node bin/run.mjs ARGS` as npm would. */
  start(args: readonly string[], options: { env?: NodeJS.ProcessEnv; hostNode?: string; cwd?: string } = {}): Started {
    const preload = options.hostNode === undefined ? [] : ['--import', this.#pretendToBe(options.hostNode)]
    const child = spawn(process.execPath, [...preload, join(this.root, 'bin', 'run.mjs'), ...args], {
      cwd: options.cwd ?? this.root,
      env: { PATH: `${this.programs}:/usr/bin:/bin`, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#started.push(child)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
    })
    const saw = async (text: string) => {
      while (!`${stdout}${stderr}`.includes(text)) {
        const over = await Promise.race([ended, new Promise<null>(resolve => setTimeout(resolve, 20, null))])
        if (over !== null && !`${stdout}${stderr}`.includes(text))
          throw new Error(`ended without "${text}": ${over.stderr}`)
      }
    }
    return { child, ended, saw }
  }

  /** Runs it to its end. */
  run(args: readonly string[], options: Parameters<FakeCheckout['start']>[1] = {}): Promise<Ended> {
    return this.start(args, options).ended
  }

  #pretendToBe(version: string): string {
    const path = join(this.root, '.old-node.mjs')
    writeFileSync(
      path,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
    )
    return path
  }

  [Symbol.dispose](): void {
    // A process that a failed test left behind would keep the whole run from ending.
    for (const child of this.#started) child.kill('SIGKILL')
    rmSync(this.root, { recursive: true, force: true })
  }
}
