import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { main } from './main.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command in this process, as if a person stood in `place`: starting one for each would take most of a minute. */
export async function runCommand(place: string, args: readonly string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(stream =>
    vi.spyOn(process[stream], 'write').mockImplementation(text => {
      said[stream] += text
      return true
    }),
  )
  const before = process.cwd()
  process.chdir(place)
  try {
    const code = await main(args, new AbortController(), line => process.stderr.write(`${line}\n`))
    return { code, ...said }
  } finally {
    process.chdir(before)
    for (const spy of spies) spy.mockRestore()
  }
}

/** What a command reads a secret from. @param flag `--password-fd` or `--passphrase-fd` */
export function typing(place: string, flag: string, line: string): readonly string[] {
  const file = join(place, `.${flag.replaceAll('-', '')}`)
  writeFileSync(file, line)
  return [flag, String(openSync(file, 'r'))]
}
