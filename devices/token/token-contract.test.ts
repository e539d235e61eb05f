// @module-tag long
import { spawn } from 'node:child_process'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../harness/core/secret.ts'
import { hasVpcd, insertedInPcscd } from './pcsc/vpcd.testing.ts'
import { hasOpenSc, openScIdOf9d, openScModule } from './pkcs11/open-sc.testing.ts'
import { cardWithKey, publicKey, tokenBenches } from './token-benches.testing.ts'

const block = () => Buffer.concat([Buffer.alloc(1), randomBytes(255)])
const encrypted = (clear: Buffer) => publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, clear)
const failure = (work: Promise<unknown>) =>
  work.then(
    () => ({ code: 'resolved', message: '', triesLeft: undefined }),
    (error: { code: string; message: string; triesLeft: number | null }) => error,
  )

describe.each(tokenBenches)('every token keeps its contract ($driver)', ({ missing, make }) => {
  test.skipIf(missing)('its key is public without a PIN, and used with one only', async () => {
    await using bench = await make()
    const token = await bench.open()
    expect((await token.publicKey()).equals(publicKey)).toBe(true)
    const clear = block()
    expect((await failure(token.privateStep(encrypted(clear)))).code).toBe('token-locked')
    await token.unlock(Secret.ofText(bench.pin))
    expect(Buffer.from(await token.privateStep(encrypted(clear)))).toEqual(clear)
    const several = [block(), block(), block()]
    const opened = await Promise.all(several.map(one => token.privateStep(encrypted(one))))
    expect(opened.map(one => Buffer.from(one))).toEqual(several)
    expect((await failure(token.privateStep(new Uint8Array(255)))).code).toBe('token-block')
    await token.close()
  })

  test.skipIf(missing)('a wrong PIN is told apart, counted where tokens count, and never repeated', async () => {
    await using bench = await make()
    const token = await bench.open()
    const wrong = Secret.ofText(bench.pin.replace(/.$/, '7'))
    const said = await failure(token.unlock(wrong))
    expect(said.code).toBe('pin-wrong')
    expect(said.message).not.toContain(wrong.exposeText())
    expect((await failure(token.privateStep(encrypted(block())))).code).toBe('token-locked')
    if (bench.tries !== null) {
      expect(said.triesLeft).toBe(bench.tries - 1)
      expect(said.message).toContain(`${bench.tries - 1} tries are left`)
      expect(await token.triesLeft()).toBe(bench.tries - 1)
      for (let left = bench.tries - 1; left > 0; left--) await failure(token.unlock(wrong))
      const blocked = await failure(token.unlock(Secret.ofText(bench.pin)))
      expect([blocked.code, blocked.triesLeft]).toEqual(['pin-blocked', 0])
      expect(blocked.message).toMatch(/PUK.*recovery phrase/)
      expect(await token.triesLeft()).toBe(0)
    }
    await token.close()
  })

  test.skipIf(missing)('once it is closed it does nothing, and the PIN counts no more', async () => {
    await using bench = await make()
    const token = await bench.open()
    await token.unlock(Secret.ofText(bench.pin))
    await Promise.all([token.close(), token.close()])
    for (const call of [
      token.publicKey(),
      token.triesLeft(),
      token.unlock(Secret.ofText(bench.pin)),
      token.privateStep(block()),
    ]) {
      expect((await failure(call)).code).toBe('token-closed')
    }
    const again = await bench.open()
    expect((await failure(again.privateStep(encrypted(block())))).code).toBe('token-locked')
    await again.close()
  })

  test.skipIf(missing)('a call that is aborted rejects with the reason, and the next one works', async () => {
    await using bench = await make()
    const token = await bench.open()
    const reason = new Error('enough')
    const aborted = AbortSignal.abort(reason)
    await expect(token.publicKey(aborted)).rejects.toBe(reason)
    await expect(token.unlock(Secret.ofText(bench.pin), aborted)).rejects.toBe(reason)
    await token.unlock(Secret.ofText(bench.pin))
    await expect(token.privateStep(encrypted(block()), aborted)).rejects.toBe(reason)
    const clear = block()
    expect(Buffer.from(await token.privateStep(encrypted(clear)))).toEqual(clear)
    await token.close()
  })
})

// In this file, since there is one pcscd a machine.
describe('OpenSC’s own tools', () => {
  test.skipIf(!(hasVpcd && hasOpenSc))(
    'take the virtual card for a PIV card, and open with it what was wrapped',
    { timeout: 60_000 },
    async () => {
      const place = mkdtempSync(join(tmpdir(), 'assay-opensc-'))
      await using _ = await insertedInPcscd(cardWithKey())
      // The card answers in this process: a tool is waited for without holding it up.
      const said = (program: string, ...args: readonly string[]) =>
        new Promise<{ readonly code: number | null; readonly stdout: Buffer }>(resolve => {
          const child = spawn(program, args, { cwd: place, stdio: ['ignore', 'pipe', 'ignore'] })
          const parts: Buffer[] = []
          child.stdout.on('data', part => void parts.push(part))
          child.on('close', code => resolve({ code, stdout: Buffer.concat(parts) }))
        })
      try {
        expect(String((await said('opensc-tool', '--name')).stdout)).toMatch(/PIV|Personal Identity Verification/)
        const pkcs11 = ['--module', openScModule, '--id', openScIdOf9d]
        const read = await said('pkcs11-tool', ...pkcs11, '--read-object', '--type', 'pubkey')
        const found = createPublicKey({ key: read.stdout, format: 'der', type: 'spki' })
        expect(found.equals(publicKey)).toBe(true)
        const fileKey = randomBytes(16)
        const padding = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
        writeFileSync(join(place, 'wrapped'), publicEncrypt(padding, fileKey))
        const decrypt = (pin: string) =>
          said(
            'pkcs11-tool',
            ...[...pkcs11, '--login', '--pin', pin, '--decrypt', '--mechanism', 'RSA-PKCS-OAEP'],
            ...['--hash-algorithm', 'SHA256', '--input-file', 'wrapped', '--output-file', 'opened'],
          )
        expect((await decrypt('123457')).code).not.toBe(0)
        expect((await decrypt('123456')).code).toBe(0)
        expect(readFileSync(join(place, 'opened'))).toEqual(fileKey)
      } finally {
        rmSync(place, { recursive: true })
      }
    },
  )
})
