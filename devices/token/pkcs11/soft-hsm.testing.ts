import { execFileSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenBench } from '../token-bench.testing.ts'
import { pkcs11Token } from './pkcs11-token.ts'

const softHsmModule = '/usr/lib/softhsm/libsofthsm2.so'
export const hasSoftHsm = existsSync(softHsmModule) && existsSync('/usr/bin/softhsm2-util')

/** A SoftHSM2 token of its own with a key that pkcs11-tool or softhsm2-util would put there. */
export async function softHsm(key: KeyObject): Promise<TokenBench> {
  const place = mkdtempSync(join(tmpdir(), 'assay-hsm-'))
  mkdirSync(join(place, 'tokens'))
  const config = join(place, 'softhsm2.conf')
  writeFileSync(config, `directories.tokendir = ${join(place, 'tokens')}\nlog.level = ERROR\n`)
  writeFileSync(join(place, 'key.pem'), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  process.env['SOFTHSM2_CONF'] = config
  const run = (...args: readonly string[]) => execFileSync('softhsm2-util', args, { stdio: 'ignore' })
  run('--init-token', '--free', '--label', 'bench', '--so-pin', '12345678', '--pin', '123456')
  run('--import', join(place, 'key.pem'), '--token', 'bench', '--label', 'evidence', '--id', '9d', '--pin', '123456')
  return {
    open: () => pkcs11Token.open({ driver: 'pkcs11', module: softHsmModule, token: 'bench', id: '9d' }, {}),
    pin: '123456',
    // SoftHSM2 counts nothing.
    tries: null,
    [Symbol.asyncDispose]: async () => rmSync(place, { recursive: true }),
  }
}
