import type { Action } from '../action.ts'
import type { SpotCheckView } from '../bench-state.ts'
import type { Messages } from '../messages/index.ts'
import type { ScreenState } from '../screen-state.ts'

/** What a button does, and on which key. */
export interface Choice {
  readonly label: string
  readonly key: string
  readonly shownKey: string
  readonly isMain?: boolean
  readonly run: () => void
}

interface Asked {
  act(action: Action): void
  /** Asks why, before it stops. */
  stop(): void
}

/** What may be done now: one key each, written on its button. */
export function choicesIn(
  state: ScreenState,
  { actions, keys }: Messages,
  { act, stop: askToStop }: Asked,
): readonly Choice[] {
  const { phase, unacknowledged, results, bench, pictures, scanned, opensUnits, spotCheck, newest } = state
  const letter = (label: string, key: string, run: () => void): Choice => ({
    label,
    key,
    shownKey: key.toUpperCase(),
    run,
  })
  const enter = (label: string, action: Action): Choice => ({
    label,
    key: 'enter',
    shownKey: keys.enter,
    isMain: true,
    run: () => act(action),
  })
  const stop = letter(actions.stop, 's', askToStop)
  const undo: Choice = { label: actions.undo, key: 'escape', shownKey: keys.escape, run: () => act({ do: 'undo' }) }
  const undoPictures: Choice = { ...undo, label: actions.undoPictures }
  const again = letter(actions.again, 'r', () => act({ do: 'again' }))
  const finish = letter(actions.finish, 'q', () => act({ do: 'finish' }))
  if (unacknowledged !== null) {
    const seen = letter(actions.acknowledge, 'a', () => act({ do: 'acknowledge', number: unacknowledged }))
    return phase === 'closed' || phase === 'ended' ? [{ ...seen, isMain: true }] : [{ ...seen, isMain: true }, stop]
  }
  switch (phase) {
    case 'closed':
    case 'ended': {
      const open = letter(actions.openUnits, 'o', () => act({ do: 'begin', work: 'spot-check' }))
      return [enter(actions.begin, { do: 'begin' }), ...(opensUnits ? [open] : [])]
    }
    case 'asked':
      return [enter(actions.answer, { do: 'answer' }), stop]
    case 'waiting':
      if (bench?.source === 'hand') {
        if (pictures.length === 0) return scanned === null ? [finish, stop] : [undo, finish, stop]
        return [enter(actions.judge, { do: 'judge' }), undoPictures, stop]
      }
      return [enter(actions.judge, { do: 'judge' }), ...(results.length > 0 ? [again] : []), finish, stop]
    case 'warned':
      return [enter(actions.judgeAgain, { do: 'judge' }), undo, stop]
    case 'choosing': {
      const { brokenOff } = spotCheck!
      const label =
        brokenOff !== null
          ? actions.goOnWith(brokenOff)
          : bench?.source === 'virtual'
            ? actions.openNext
            : actions.openWhichever
      return [enter(label, { do: 'choose' }), finish, stop]
    }
    case 'step': {
      const { at, looks, stands } = spotCheck!
      const stand = { do: 'stand', number: newest?.number ?? 0 } as const
      return [
        enter(looks === 0 ? actions.photograph : actions.photographAgain, { do: 'photograph', step: at! }),
        ...(stands === null ? [] : [letter(stands === 'step' ? actions.stand : actions.giveUp, 'e', () => act(stand))]),
        letter(isBegun(spotCheck!) ? actions.leave : actions.otherUnit, 'q', () => act({ do: 'leave' })),
        stop,
      ]
    }
    case 'examining':
    case 'opening':
    case 'judging':
    case 'ending':
      return [stop]
  }
}

const isBegun = ({ steps }: SpotCheckView) => steps.some(({ isDone }) => isDone)
