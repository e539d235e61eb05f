import { expect, test } from 'vitest'
import type { Reading } from '../vision/reading.ts'
import type { SeenMark } from './check.ts'
import { wordsJudgement } from './fixed-words.ts'
import { referenceProfile } from './reference-unit.testing.ts'

const mark = referenceProfile.marks.find(({ name }) => name === 'words')!

function judge(reading: Partial<Reading>, conflict: string | null = null) {
  const seen: SeenMark = {
    mark,
    reading: {
      mark: 'words',
      outcome: 'unread',
      text: null,
      confidence: 0.9,
      readers: ['pp-ocr'],
      alternatives: null,
      where: null,
      because: 'glare',
      ...reading,
    },
    photographId: 'ab'.repeat(32),
    conflict,
  }
  return wordsJudgement({ marks: new Map([['words', seen]]), state: 'sealed' })
}

/** The top reading of each place, and a rival that is so many nats less likely. */
const lattice = (text: string, at: number, rival: string, nats: number) => ({
  positions: [...text].map((symbol, i) => ({
    candidates: [{ symbol, logProbability: 0 }, ...(i === at ? [{ symbol: rival, logProbability: -nats }] : [])],
  })),
})

test('words as the product has them say nothing more', () => {
  expect(judge({ outcome: 'read', text: 'ASSAYREFERENCE' })).toBeNull()
  expect(judge({ outcome: 'read', text: 'ASSAY REFERENCE' })).toBeNull()
  expect(judge({ alternatives: lattice('ASSAYREFERENCE', 0, 'B', 1) }), 'unsure, but their best reading').toBeNull()
})

test('other words fail', () => {
  expect(judge({ outcome: 'read', text: 'BSSAYDEFERENCX' })).toMatchObject({ verdict: 'FAIL', marks: ['words'] })
  expect(
    judge({ outcome: 'read', text: 'BSSAYREFERENCE', alternatives: lattice('BSSAYREFERENCE', 0, 'A', 5) }),
  ).toMatchObject({
    verdict: 'FAIL',
  })
  expect(judge({ outcome: 'absent' })).toMatchObject({ verdict: 'FAIL' })
})

test('words that could be either, or were not read, are for another photograph', () => {
  const near = lattice('BSSAYREFERENCE', 0, 'A', 1)
  expect(judge({ outcome: 'read', text: 'BSSAYREFERENCE', alternatives: near })).toMatchObject({
    verdict: 'INCONCLUSIVE',
  })
  expect(judge({ alternatives: near })).toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge({})).toMatchObject({ verdict: 'INCONCLUSIVE', because: expect.stringContaining('glare') })
  expect(judge({ outcome: 'read', text: 'ASSAYREFERENCE' }, 'they show two texts')).toMatchObject({
    verdict: 'INCONCLUSIVE',
  })
})
