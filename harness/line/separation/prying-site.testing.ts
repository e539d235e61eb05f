import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { heavy, type ScryptEngine } from '../../bip38/scrypt/engine.ts'
import { serveSite } from '../site/serve-site.ts'
import type { Workplace } from '../site/workplace.ts'

// A site that tries what no site may. Each attempt is answered by the code of the refusal, or «succeeded».

const Prying = z.strictObject({ others: z.string(), port: z.int() })

function attempt(work: () => unknown): string {
  try {
    work()
    return 'succeeded'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).name
  }
}

function reach(host: string, port: number): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, host, () => resolve('succeeded'))
    socket.on('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.name))
  })
}

function coreFileLimits(): string {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    return /^Max core file size +(\w+) +(\w+)/m.exec(limits)?.slice(1).join(' ') ?? 'unknown'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

async function heavyScrypt(engine: ScryptEngine): Promise<string> {
  return Buffer.from(await engine.derive(Buffer.from('pw'), Buffer.from('salt'), { ...heavy, dkLen: 32 })).toString(
    'hex',
  )
}

async function pry({ folder, scrypt }: Workplace, options: unknown): Promise<Record<string, string>> {
  const { others, port } = Prying.parse(options)
  return {
    'read own': attempt(() => readFileSync(join(folder, 'own.txt'))),
    'write own': attempt(() => writeFileSync(join(folder, 'written.txt'), 'x')),
    'read the other site': attempt(() => readFileSync(join(others, 'secret.txt'))),
    'list the other site': attempt(() => readdirSync(others)),
    'write into the other site': attempt(() => writeFileSync(join(others, 'planted.txt'), 'x')),
    'list the folder above': attempt(() => readdirSync(dirname(folder))),
    'read the machine': attempt(() => readFileSync('/etc/hostname')),
    'read other processes': attempt(() => readFileSync('/proc/self/environ')),
    'write into the code': attempt(() => writeFileSync(new URL('planted.ts', import.meta.url), '')),
    'make a link to the other site': attempt(() => symlinkSync(others, join(folder, 'door'))),
    'start a process': attempt(() => spawnSync('true').error?.message),
    'start a worker': attempt(() => new Worker('', { eval: true })),
    'load native code': attempt(() => createRequire(import.meta.url)('sharp')),
    'connect to this machine': await reach('127.0.0.1', port),
    'connect outside': await reach('192.0.2.1', 80),
    'ask for a name': await lookup('example.org').then(
      () => 'succeeded',
      error => (error as NodeJS.ErrnoException).code ?? 'refused',
    ),
    scrypt: `${scrypt.name}: ${await heavyScrypt(scrypt)}`,
    'core file limits': coreFileLimits(),
    environment: Object.keys(process.env).sort().join(' '),
  }
}

await serveSite('A', { pry })
