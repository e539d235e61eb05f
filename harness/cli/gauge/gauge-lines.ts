import { printable } from '../../core/printable.ts'
import type { Appraised, Share } from '../../lots/gauge/attribute-study.ts'

/** How well somebody told good cards from bad ones, as lines. */
export function appraisedLines(one: Appraised): readonly string[] {
  const { appraiser, cards, trials, effectiveness, missed, falseAlarms, unread, truthKappa, withinKappa, signal } = one
  return [
    `${printable(appraiser)}: ${cards} cards, ${trials} trials`,
    `  right every time  ${shareText(effectiveness, 'low')}`,
    `  bad, passed       ${shareText(missed, 'high')}`,
    `  good, refused     ${shareText(falseAlarms, 'high')}`,
    `  not judged        ${shareText(unread, 'high')}`,
    `  kappa with the truth ${kappa(truthKappa)}, with itself ${kappa(withinKappa)}${signal === null ? '' : `; d' ${signal.sensitivity.toFixed(2)}, c ${signal.bias.toFixed(2)}`}`,
  ]
}

const kappa = (value: number | null) => value?.toFixed(3) ?? 'not defined'

function shareText({ count, of, low, high }: Share, bound: 'low' | 'high'): string {
  const value = bound === 'low' ? low : high
  const said = value === null ? '' : `, truly at ${bound === 'low' ? 'least' : 'most'} ${(100 * value).toFixed(1)} %`
  return `${count} of ${of}${said}`
}
