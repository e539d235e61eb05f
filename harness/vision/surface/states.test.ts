import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../core/vocabulary.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { likelyStates } from './states.ts'

const profile = loadProfile('assay-reference')
/** A cover is whole where a text is read. */
const ofKind = (kind: string, outcome: Outcome) =>
  kind !== 'cover' ? outcome : outcome === 'read' ? 'whole' : outcome === 'concealed' ? 'missing' : outcome
const outcomes = (visible: (states: readonly string[], name: string) => Outcome) =>
  profile.marks.map(({ name, kind, visibleIn }) => ({ mark: name, outcome: ofKind(kind, visible(visibleIn, name)) }))

describe('the state that a card looks like', () => {
  it.each(['stickered', 'etched', 'sealed', 'opened'] as const)('is %s when exactly its marks lie open', state => {
    expect(
      likelyStates(
        profile,
        outcomes(states => (states.includes(state) ? 'read' : 'concealed')),
      ),
    ).toEqual([state])
  })

  it.each(['unsure', 'broken', 'displaced'] as const)(
    'may be two when the text was not read and its cover is %s',
    cover => {
      const seen = outcomes((states, name) =>
        name === 'passphrase'
          ? 'unread'
          : name === 'scratch-off'
            ? cover
            : states.includes('sealed')
              ? 'read'
              : 'concealed',
      )
      expect(likelyStates(profile, seen)).toEqual(['etched', 'sealed'])
    },
  )

  it('is not made up from nothing, nor from contradictions', () => {
    expect(
      likelyStates(
        profile,
        outcomes(() => 'unread'),
      ),
    ).toEqual([])
    expect(
      likelyStates(
        profile,
        outcomes(() => 'read'),
      ),
    ).toEqual([])
  })
})
