import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'playwright/test'
import { openRig } from '../devices/rig.ts'
import { VirtualLine } from '../fixtures/virtual-line/virtual-line.ts'
import { loadProfile } from '../harness/products/load-profile.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })].sort()
const assay = 'npm run -s assay -- '
/** What other tests run: the set-up and this very suite. */
const runElsewhere = /^npm (start|test|install assay|run (check|soak|bench(:[a-z0-9]+)?))\b|^npx playwright test\b/

/**
 * What pages advise for a night is more than its commands need to be tried: fewer cards, and not another lot every day, so that
 * this suite says the same tomorrow.
 */
const fewerCards = (command: string): string =>
  command
    .replace('nightly --rig', 'nightly --seed 7 --golden 1 --rig')
    .replace(/ --golden (?!1 --rig)\d+/, '')
    .replace(/--planted \d+/, '--planted 1')

interface DocumentedCommand {
  readonly line: number
  readonly text: string
  /** What the page says that it ends with: `# ends with 1`. */
  readonly exitCode: number
}

/** The commands of a page: lines of its code blocks (indented or fenced) that begin with npm or npx. */
function commandsOf(page: string): DocumentedCommand[] {
  let fenced = false
  let isScript = false
  return readFileSync(join(root, page), 'utf8')
    .split('\n')
    .flatMap((line, i): DocumentedCommand[] => {
      if (line.startsWith('```')) fenced = !fenced
      // A script is run as a whole, by a test of its own.
      isScript = fenced && (isScript || line.startsWith('#!'))
      if (isScript) return []
      const code = fenced ? line : /^ {4,}/.test(line) ? line.trim() : ''
      const command = /^(?:\$ )?((?:.*\| *)?(?:npm|npx) .*?)(?: +# ends with (\d+).*)?$/.exec(code)
      return command ? [{ line: i + 1, text: command[1]!, exitCode: Number(command[2] ?? 0) }] : []
    })
}

/** A folder as the pages suppose it: photographs of a unit, finished and before lamination, of five good ones, and their lot's records. */
async function supposedFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-docs-'))
  const profile = loadProfile('assay-reference')
  await using line = await VirtualLine.make({ profile, seed: 5, count: 5, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 5 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  for (const [folderOf, state] of [
    ['photos', 'sealed'],
    ['layers', 'printed'],
  ] as const) {
    rig.place(await line.card(0, state))
    const { bytes } = await rig.camera.photograph()
    mkdirSync(join(folder, folderOf))
    writeFileSync(join(folder, folderOf, `${state}.jpg`), bytes)
  }
  mkdirSync(join(folder, 'good'))
  for (let unit = 0; unit < 5; unit++) {
    rig.place(await line.card(unit, 'sealed'))
    writeFileSync(join(folder, 'good', `${unit}.jpg`), (await rig.camera.photograph()).bytes)
  }
  writeFileSync(join(folder, 'lot.json'), line.records)
  await using pilot = await VirtualLine.make({ profile, seed: 6, count: 1, share: 0 })
  writeFileSync(join(folder, 'pilot.json'), pilot.records)
  return folder
}

function run(command: string, folder: string): Promise<{ exitCode: number; output: string }> {
  const node = `"${process.execPath}" "${join(root, 'bin', 'assay.js')}" `
  return new Promise(resolve => {
    const child = execFile(
      'sh',
      ['-c', command.replaceAll(assay, node)],
      { cwd: folder, timeout: 600_000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ exitCode, output: `${stdout}\n${stderr}` })
      },
    )
    child.stdin?.end()
  })
}

test.describe('every command of the pages works', () => {
  let folder: string
  test.beforeAll(async () => {
    folder = await supposedFolder()
  })
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

  for (const page of pages) {
    test(relative('.', page), async () => {
      test.setTimeout(900_000)
      const ran = new Set<string>()
      for (const { line, text, exitCode } of commandsOf(page)) {
        // A page shows a command again where a timer or a runner calls it.
        if (runElsewhere.test(text) || ran.has(text)) continue
        ran.add(text)
        expect(text, `${page}:${line} is no command that this test knows`).toContain(assay)
        const ended = await run(fewerCards(text), folder)
        expect(ended.exitCode, `${page}:${line}: ${text}\n${ended.output.slice(0, 2000)}`).toBe(exitCode)
      }
    })
  }

  test('there are commands to run', () => {
    expect(pages.flatMap(commandsOf).filter(({ text }) => text.includes(assay)).length).toBeGreaterThan(10)
  })
})
