import { expect, test } from 'vitest'
import { main } from './main.ts'

// A vector of BIP38, and a key of nobody.
const keys = [
  ['6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg', '6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'].join(''),
  ['5JLdxTtcTHcfYcmJsNVy1v2PMDx432', 'JPoYcBTVVRHpPaxUrdtf8'].join(''),
] as const

async function told(argv: readonly string[]): Promise<readonly [code: number, told: string]> {
  const lines: string[] = []
  const code = await main(argv, new AbortController(), line => void lines.push(line))
  return [code, lines.join('\n')]
}

test('a key in the place of a name or a file is repeated by no command', async () => {
  const commands: readonly ((key: string) => string[])[] = [
    key => ['inspect', `photos/${key}.jpg`, '--product', 'assay-reference'],
    key => ['journal', 'list', '--unit', key],
    key => ['people', 'add', key],
    key => ['lot', 'status', `${key}.json`],
    key => ['report', 'build', '--out', key],
    key => [key],
    key => ['inspect', `--${key}`],
  ]
  for (const key of keys) {
    for (const command of commands) {
      const argv = command(key)
      const [code, said] = await told(argv)
      const which = argv.findIndex(word => word.includes(key)) + 1
      expect([code, said]).toEqual([2, expect.stringContaining(`word ${which} behind assay holds what may be `)])
      expect(said).not.toContain(key.slice(0, 12))
    }
  }
})

test('digests, public keys, addresses, codes and long names are none', async () => {
  for (const word of [
    'ab'.repeat(32),
    `02${'79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'}`,
    '1HREFhkEqFqetmvjcVPpcT37zmPr4G1Wzu',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'cfrm38VWy2WUTPxyHFWdqRpmG8vPBvUqN8rx4vhmd3VMSmcZJwCbqw3QMCBZwK73T5HtXCL9Mdn',
    'runs/demo-assay-reference-7711/lot.json',
    '6Photographs/of-the-bench-in-november/sealed.jpg',
  ]) {
    const [, said] = await told(['coins', 'no-such-command', word])
    expect(said).not.toContain('behind assay holds')
  }
})
