import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench [-- NAME... [ARGS...]]`: runs every `*.bench.ts` of the tree, or those named.
 *
 * A bench is a script that prints a table. Each gets a process of its own, so that one's memory and compiled code do
 * not colour another's figures. What it is about is the first sentence of the comment at its top.
 */
interface Bench {
  readonly name: string
  readonly path: string
  readonly about: string
}

const root = join(fileURLToPath(import.meta.url), '..', '..', '..')

function findBenches(): readonly Bench[] {
  return globSync('{harness,devices,fixtures,reports}/**/*.bench.ts', { cwd: root })
    .map(file => {
      const path = join(root, file)
      return { name: basename(file, '.bench.ts'), path, about: firstComment(readFileSync(path, 'utf8')) }
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

function firstComment(source: string): string {
  const comment = /\/\*\*?([\s\S]*?)\*\/|((?:^\/\/.*\n)+)/m.exec(source)
  const text = (comment?.[1] ?? comment?.[2] ?? '').replace(/^\s*(?:\*|\/\/)+ ?/gm, ' ').replace(/\s+/g, ' ')
  return text.trim().split(/(?<=\.)\s/)[0] ?? ''
}

function runBench(bench: Bench, args: readonly string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const child = spawn(process.execPath, [bench.path, ...args], { stdio: 'inherit' })
  child.on('error', reject)
  child.on('close', code => resolve(code ?? 1))
  return promise
}

async function main(args: readonly string[]): Promise<number> {
  const benches = findBenches()
  // npm itself eats one `--`, so what follows the names, an option, a number or a path, may stand there with or without another.
  const first = args.findIndex(arg => /^-|^\d|[/.\\]/.test(arg) && arg !== '-h' && arg !== '--help')
  const names = first === -1 ? args : args.slice(0, first)
  const rest = first === -1 ? [] : args.slice(args[first] === '--' ? first + 1 : first)
  const list = benches.map(({ name, about }) => `  ${name.padEnd(20)} ${about}`).join('\n')
  const unknown = names.find(name => !benches.some(bench => bench.name === name))
  if (unknown !== undefined || benches.length === 0) {
    const isList = unknown === 'list' || unknown === '--help' || unknown === '-h'
    const stream = isList ? process.stdout : process.stderr
    stream.write(
      `${isList || unknown === undefined ? '' : `assay: there is no bench "${unknown}".\n`}Benches:\n${list}\n`,
    )
    return isList ? 0 : 2
  }
  let worst = 0
  for (const bench of names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name))) {
    process.stdout.write(`\n# ${bench.name}: ${bench.about}\n`)
    worst = Math.max(worst, await runBench(bench, rest))
  }
  return worst
}

// A bench ends at Ctrl-C by itself; then nothing more is started.
process.on('SIGINT', () => process.exit(130))
process.exitCode = await main(process.argv.slice(2))
