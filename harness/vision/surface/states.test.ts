import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../core/vocabulary.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { likelyStates } from './states.ts'

const profile = loadProfile('assay-reference')
const outcomes = (visible: (states: readonly string[], name: string) => Outcome) =>
  profile.marks.map(({ name, visibleIn }) => ({ mark: name, outcome: visible(visibleIn, name) }))

describe('the state that a card looks like', () => {
  it.each(['stickered', 'etched', 'sealed', 'opened'] as const)('is %s when exactly its marks lie open', state => {
    expect(
      likelyStates(
        profile,
        outcomes(states => (states.includes(state) ? 'read' : 'concealed')),
      ),
    ).toEqual([state])
  })

  it('may be two when what tells them apart was not read', () => {
    const seen = outcomes((states, name) =>
      ['passphrase', 'scratch-off'].includes(name) ? 'unread' : states.includes('sealed') ? 'read' : 'concealed',
    )
    expect(likelyStates(profile, seen)).toEqual(['etched', 'sealed'])
  })

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
