/**
 * What `npm start` and the commands of the guides leave behind, broken off and crashed ones too, looked through for every secret of
 * their lots. A home, a folder for temporary files and a workplace of their own; cores are allowed. `--texts` reads every line of text
 * in every image, too; `--keep` leaves all of it there to be looked at; `--quick` leaves rigs, console and teacher out. Ends with 1 when anything is found, a result is missing, or a planted secret is not found.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { loadProfile } from '../products/load-profile.ts'
import { displayPassphrase } from '../products/text-setting.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    texts: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
})
const seed = 7
const count = 2
/** Of the card by which a virtual rig proves itself. */
const goldenSeed = 2
const profile = loadProfile('assay-reference')
const program = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'assay-left-bench-'))
const [home, temporary, bench, own] = ['home', 'tmp', 'bench', 'own'].map(name => join(place, name)) as [
  string,
  string,
  string,
  string,
]
for (const made of [home, temporary, bench, own]) mkdirSync(made)
const inMemory = '/dev/shm'
const inMemoryBefore = new Set(listed(inMemory))
const say = (line: string) => void process.stdout.write(`${line}\n`)
let broken = 0
/** Half of the units have a planted defect. */
const judged = [0, 1, 4]

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string }>
}

/** A command at the workplace, which may leave cores. @param fds further descriptors, from 3 */
function start(args: readonly string[], fds: readonly number[] = []): Started {
  const shell = ['-c', 'ulimit -c unlimited 2>/dev/null; exec "$@"', 'sh', process.execPath, program, ...args]
  const child = spawn('sh', shell, {
    cwd: bench,
    env: {
      ...process.env,
      ...{
        HOME: home,
        XDG_CACHE_HOME: join(home, '.cache'),
        TMPDIR: temporary,
        NODE_COMPILE_CACHE: join(home, 'compiled'),
      },
    },
    stdio: ['pipe', 'pipe', 'pipe', ...fds],
  })
  const said: string[] = []
  child.stdout!.on('data', text => said.push(String(text)))
  // What stands on a screen or in a log is left behind, too.
  const log = join(bench, `screen-${args.slice(0, 2).join('-').replaceAll('/', '_')}-${child.pid}.log`)
  const lines: string[] = []
  child.stderr!.on('data', text => lines.push(String(text)))
  child.stdin!.on('error', () => {})
  const ended = new Promise<{ code: number | null; stdout: string }>(done =>
    child.on('close', code => {
      writeFileSync(log, [...said, ...lines].join(''))
      done({ code, stdout: said.join('') })
    }),
  )
  return { child, ended }
}

/** Runs a command to its end, with Enter for each card. */
async function run(args: readonly string[], wanted: readonly number[], fds: readonly number[] = []): Promise<string> {
  const began = performance.now()
  const { child, ended } = start(args, fds)
  child.stdin!.end('\n'.repeat(20))
  const { code, stdout } = await ended
  const isWanted = wanted.includes(code ?? -1)
  if (!isWanted) broken++
  const name = args.filter(arg => !arg.startsWith(place)).join(' ')
  say(
    `${isWanted ? ' ' : '!'} ${String(code).padStart(3)}  ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  assay ${name}`,
  )
  return stdout
}

/** A descriptor to read a line from; the file is of the bench, not of the commands. */
function typed(line: string): number {
  const file = join(own, `typed-${readdirSync(own).length}`)
  writeFileSync(file, `${line}\n`, { mode: 0o600 })
  return openSync(file, 'r')
}

/** Children of a process, and theirs, whose program has this name. */
function processesOf(pid: number, name: string): readonly number[] {
  const children = listed(`/proc/${pid}/task`).flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return children.flatMap(child => {
    try {
      const isIt = readFileSync(`/proc/${child}/cmdline`, 'latin1').includes(name)
      return [...(isIt ? [child] : []), ...processesOf(child, name)]
    } catch {
      return []
    }
  })
}

/** Photographs of good units in all states, in folders that say so. @returns the passphrases, as they are told to a teacher */
async function photographGolden(line: VirtualLine, folder: string): Promise<readonly string[]> {
  await using rig = await openRig({ kind: 'virtual', seed })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  for (const state of ['etched', 'sealed', 'opened'] as const) {
    mkdirSync(join(folder, 'dome', state), { recursive: true })
    for (const i of line.lot.units.keys()) {
      rig.place(await line.card(i, state))
      writeFileSync(join(folder, 'dome', state, `${i}.jpg`), (await rig.camera.photograph()).bytes)
    }
  }
  return line.lot.units.map(({ record, secrets: { passphrase } }) => `${record.serial} ${passphrase.exposeText()}`)
}

/** One card at the console, as a page asks for it; keeps all that a page is given, and ends the console while the next is judged. */
async function atConsole(): Promise<void> {
  const { child, ended } = start(['console', '-r', lotFile, '-s', 'opened', '--port', '0', '--out', 'runs/console'])
  let said = ''
  child.stdout!.on('data', text => (said += text))
  child.stderr!.on('data', text => (said += text))
  const url = async () => {
    for (let times = 0; times < 600; times++) {
      const [found] = /http:\/\/[^\s]+/.exec(said) ?? []
      if (found !== undefined) return found
      await pause(100)
    }
    throw new Error('the console serves nothing')
  }
  const base = await url()
  const get = async (path: string) => Buffer.from(await (await fetch(new URL(path, base))).arrayBuffer())
  let acts = 0
  const act = async (action: object) =>
    await fetch(new URL('actions', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `bench-${acts++}-key` },
      body: JSON.stringify(action),
    })
  await act({ do: 'begin' })
  let judged = 0
  for (let times = 0; times < 600 && judged === 0; times++) {
    const state = JSON.parse(String(await get('state'))) as { phase: string; newest: { number: number } | null }
    if (state.phase === 'asked') await act({ do: 'answer' })
    else if (state.newest !== null) judged = state.newest.number
    else if (state.phase === 'waiting') await act({ do: 'judge' })
    await pause(200)
  }
  const given = [
    'state',
    'journal',
    'view.jpg',
    `results/${judged}`,
    ...[0, 1, 2, 3].map(i => `pictures/${judged}/${i}`),
  ]
  for (const path of given) writeFileSync(join(bench, `page-${path.replaceAll('/', '-')}`), await get(path))
  await act({ do: 'judge' })
  await pause(1500)
  child.kill('SIGTERM')
  const { code } = await ended
  if (judged === 0) broken++
  say(`${judged > 0 ? ' ' : '!'} ${String(code).padStart(6)}  console, ended while it judges`)
}

/** Judges photographs of an opened card, and has one of the processes abort meanwhile. */
async function aborted(which: string, name: string | null): Promise<void> {
  const photographs = [1, 2].map(i => join(own, `opened-${i}.jpg`))
  const { child, ended } = start([
    ...['inspect', ...photographs, '--product', 'assay-reference', '-r', lotFile, '-s', 'opened'],
    ...['--out', `runs/abort-${which}`],
  ])
  child.stdin!.end()
  let pids: readonly number[] = []
  while (pids.length === 0 && child.exitCode === null) {
    await pause(50)
    pids = processesOf(child.pid!, name ?? 'vision-worker')
  }
  // It runs, and a photograph is in it.
  await pause(2500)
  pids = name === null ? [child.pid!] : processesOf(child.pid!, name)
  for (const pid of pids) process.kill(pid, 'SIGABRT')
  const { code } = await ended
  if (pids.length === 0) broken++
  say(
    `${pids.length > 0 ? ' ' : '!'} ${String(code ?? 'killed').padStart(6)}  ${which}: aborted ${pids.length} while it judges`,
  )
}

/** What takes a rig, a console or many photographs. */
async function atLength(golden: string, told: readonly string[]): Promise<void> {
  for (const station of ['printed', 'etched', 'sealed', 'opened']) {
    await run(
      ['inspect', '--rig', 'virtual', '-r', lotFile, '-s', station, '--again', '--out', `runs/${station}`],
      judged,
    )
  }
  {
    // Broken off after the card was laid in once.
    const { child, ended } = start(['spot-check', '--rig', 'virtual', '-r', lotFile, '--out', 'runs/spot'])
    child.stdin!.write('\n\n')
    await Promise.race([pause(15_000), ended])
    child.kill('SIGKILL')
    await ended
    say('    kill  spot-check broken off')
  }
  await atConsole()
  await run(
    ['product', 'teach', golden, '--records', join(own, 'golden.json'), '--out', 'taught', '--secrets-fd', '3'],
    [0, 4],
    [typed(told.join('\n'))],
  )
  await run(['report', 'build', '--out', 'runs/opened'], judged)
  await run(
    [
      'nightly',
      '--rig',
      'virtual',
      '--product',
      'assay-reference',
      '--golden',
      '1',
      '--planted',
      '2',
      '--out',
      'nightly',
    ],
    [0],
  )
}

let lotFile = ''
try {
  await using line = await VirtualLine.make({ profile, seed, count, share: 0.5 })
  await using golden = await VirtualLine.make({ profile, seed: goldenSeed, count: 1, share: 0 })
  await using good = await VirtualLine.make({ profile, seed: seed + 1, count: 3, share: 0 })
  const golden3 = join(own, 'golden')
  const told = values.quick ? [] : await photographGolden(good, golden3)
  writeFileSync(join(own, 'golden.json'), good.records)
  const secrets = [line, golden, good]
    .flatMap(({ lot }) => lot.units)
    .flatMap(({ secrets: { passphrase, epk } }) => [
      passphrase.exposeText(),
      displayPassphrase(profile, passphrase.exposeText()),
      epk.exposeText(),
    ])
  const known = join(own, 'known')
  writeFileSync(known, `${secrets.join('\n')}\n`, { mode: 0o600 })
  {
    await using rig = await openRig({ kind: 'virtual', seed })
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    rig.place(await line.card(0, 'opened'))
    for (const i of [1, 2]) writeFileSync(join(own, `opened-${i}.jpg`), (await rig.camera.photograph()).bytes)
  }
  const opened = join(own, 'opened-1.jpg')

  writeFileSync(
    join(bench, 'assay.config.json'),
    JSON.stringify({ vault: { folder: 'assay-vault', recipients: 'evidence-recipients.txt' } }),
  )
  const password = 'six words that ann knows'
  const shown = await run(
    ['vault', 'init', 'ann', '--token', 'software:ann.age', '--new-phrase', '--reveal-secrets', '--pin-fd', '3'],
    [0],
    [typed(password)],
  )
  const phrase = [...shown.matchAll(/^ ?\d+ {2}([a-z]+)$/gm)].map(([, word]) => word).join(' ')
  // It is shown once, as it was asked for.
  for (const name of readdirSync(bench).filter(one => one.startsWith('screen-vault-init'))) rmSync(join(bench, name))
  await run(['demo', '--units', String(count), '--seed', String(seed)], [0])
  const [demo = ''] = readdirSync(join(bench, 'runs'))
  lotFile = join('runs', demo, 'lot.json')
  const at = ['--product', 'assay-reference', '-r', lotFile]
  await run(
    ['inspect', opened, ...at, '-s', 'opened', '--explain', 'why.html', '--out', 'runs/files', '--json'],
    judged,
  )
  await run(['inspect', opened, ...at, '-s', 'sealed', '--explain', 'alarm.html', '--out', 'runs/alarm'], [5])
  await run(['read', opened, '--product', 'assay-reference', '--explain', 'read.html', '--json'], [0])
  await run(['qr', opened, '--json'], [0])
  for (const [which, name] of [
    ['the process that judges', 'glovebox-process'],
    ['the processes that read', 'vision-worker'],
    ['the command', null],
  ] as const) {
    await aborted(which.replaceAll(' ', '-'), name)
  }
  if (!values.quick) await atLength(golden3, told)
  await run(['report', 'build', '--out', 'runs/files'], judged)
  await run(['journal', 'verify'], [0])
  await run(['vault', 'verify'], [0])
  await run(['vault', 'backup', 'backup'], [0])
  await run(
    ['vault', 'drill', '--token', 'software:ann.age', '--pin-fd', '3', '--phrase-fd', '4'],
    [0],
    [typed(password), typed(phrase)],
  )

  const kept = JSON.parse(await run(['journal', 'list', '--json'], [0])) as unknown
  say(`results in the journal: ${JSON.stringify(kept).match(/"kind":"inspection"/g)?.length ?? 0}`)
  const shared = listed(inMemory)
    .filter(name => !inMemoryBefore.has(name))
    .map(name => join(inMemory, name))
  const places = [home, temporary, bench, ...shared]
  const scan = async (...texts: readonly string[]) => {
    const { child, ended } = start([
      'custody',
      'scan',
      ...places,
      '--known',
      known,
      '--product',
      'assay-reference',
      '--json',
      ...texts,
    ])
    child.stdin!.end()
    const { code, stdout } = await ended
    return {
      code,
      ...(JSON.parse(stdout) as { files: number; images: number; findings: { where: string; what: string }[] }),
    }
  }
  const { code, files, images, findings } = await scan(...(values.texts ? ['--texts'] : []))
  for (const { where, what } of findings) say(`LEAK: ${where}: ${what}`)
  const cores = readdirSync(bench).filter(name => /^core\b/.test(name) && statSync(join(bench, name)).isFile())
  say(`${files} files and ${images} images were read; ${findings.length} findings; cores: ${cores.length}`)
  // What finds nothing is tried: a secret in a page's picture, in a log, and on paper beside a card.
  writeFileSync(join(temporary, 'planted.jpg'), readFileSync(opened))
  writeFileSync(join(home, 'planted.log'), Buffer.from(`a line ${secrets[0]} of a log`).toString('base64'))
  const planted = await scan()
  const isFound = ['planted.jpg', 'planted.log'].map(name => planted.findings.some(({ where }) => where.includes(name)))
  say(`planted secrets found: ${isFound.filter(Boolean).length} of ${isFound.length}`)
  process.exitCode = code === 0 && broken === 0 && isFound.every(Boolean) ? 0 : 1
} finally {
  if (values.keep) say(place)
  else rmSync(place, { recursive: true, force: true })
}
