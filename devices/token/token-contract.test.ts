import { constants, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../harness/core/secret.ts'
import { publicKey, tokenBenches } from './token-benches.testing.ts'

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
