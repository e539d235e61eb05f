import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { Secret } from '../../../harness/core/secret.ts'
import { cardWithKey, publicKey } from '../token-benches.testing.ts'
import { TokenError } from '../token-error.ts'
import { fakePcscd, type Spoil } from './fake-pcscd.testing.ts'
import { pcscToken } from './pcsc-token.ts'
import { chosenReader, openPcscdLink } from './pcscd-link.ts'
import { commands, parseReaders } from './pcscd-messages.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-pcscd-'))
afterAll(() => rmSync(folder, { recursive: true }))
let made = 0
const fresh = () => join(folder, `${++made}.comm`)
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: TokenError) => error,
  )
const openAt = (socket: string, reader?: string) =>
  pcscToken.open({ driver: 'pcsc', socket, ...(reader && { reader }) }, {})

test('without a daemon it is said what to install, and what else there is', async () => {
  const { code, message } = await failure(openAt(fresh()))
  expect([code, message]).toEqual(['pcscd-missing', expect.stringMatching(/ENOENT.*apt install pcscd.*pkcs11/)])
})

test('the reader is the only one with a card, or the one that is named', async () => {
  const socket = fresh()
  const [first, second] = [cardWithKey(), cardWithKey()]
  await using _ = await fakePcscd(socket, { 'Yubico A': first, Keyboard: null, 'Yubico B': second })
  expect(await failure(openAt(socket))).toMatchObject({
    code: 'token-ambiguous',
    message: 'Several tokens are plugged in: «Yubico A», «Yubico B». Name one as reader.',
  })
  const token = await openAt(socket, 'B')
  expect((await token.publicKey()).equals(publicKey)).toBe(true)
  await token.close()
  expect([first.seen.length, second.seen.length > 0]).toEqual([0, true])
  expect((await failure(openAt(socket, 'Keyboard'))).message).toMatch(/no card is in «Keyboard»/)
  expect((await failure(openAt(socket, 'Nitro'))).message).toMatch(/no reader is called «Nitro»; there are «Yubico A»/)
  expect(() => chosenReader([], null)).toThrow(/no reader is plugged in/)
})

test('a token that is held elsewhere, was taken out, or whose daemon ends, is said to be that', async () => {
  const outcome =
    (command: number, at: number, rv: number): Spoil =>
    (said, answer) => {
      if (said === command) answer.writeUInt32LE(rv, at)
      return answer
    }
  const cases: readonly (readonly [Spoil, RegExp])[] = [
    [outcome(commands.connect, 148, 0x8010000b), /another program holds the card/],
    [outcome(commands.version, 8, 0x8010001d), /another version/],
    [outcome(commands.begin, 4, 0x8010006a), /does not let this user/],
    [outcome(commands.transmit, 28, 0x80100069), /taken out/],
    [outcome(commands.transmit, 28, 0x8010ffff), /0x8010ffff/],
    [outcome(commands.transmit, 24, 100_000), /longer than a card can/],
  ]
  for (const [spoil, sentence] of cases) {
    const socket = fresh()
    await using _ = await fakePcscd(socket, { Yubico: cardWithKey() }, spoil)
    expect((await failure(openAt(socket))).message).toMatch(sentence)
  }
  const socket = fresh()
  const daemon = await fakePcscd(socket, { Yubico: cardWithKey() })
  const token = await openAt(socket)
  await daemon[Symbol.asyncDispose]()
  expect((await failure(token.unlock(Secret.ofText('123456')))).code).toBe('token-gone')
  await token.close()
})

test('a daemon that answers anything at all ends in an error of ours', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(400),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(8),
      async (at, noise, turn) => {
        const socket = fresh()
        let answers = 0
        const spoil: Spoil = (_, answer) => {
          if (answers++ === turn)
            answer.set(noise.subarray(0, answer.length - (at % answer.length)), at % answer.length)
          return answer
        }
        await using _ = await fakePcscd(socket, { Yubico: cardWithKey() }, spoil)
        // What waits for bytes that never come is ended by the daemon's end.
        const use = openPcscdLink(socket, null).then(async link => {
          const answer = await link.transmit(Uint8Array.of(0, 0xfd, 0, 0, 0))
          await link.close()
          return answer
        })
        const ended = await Promise.race([
          use.catch(error => error),
          new Promise(resolve => setTimeout(resolve, 200, 'waits')),
        ])
        if (ended instanceof Error) expect(ended).toBeInstanceOf(TokenError)
        use.catch(() => {})
      },
    ),
    { numRuns: 60 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), bytes => void parseReaders(bytes)))
})
