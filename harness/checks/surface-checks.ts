import { showsMark } from '../core/vocabulary.ts'
import { roleOf } from '../products/role.ts'
import type { Check, CheckInput, Judgement, SeenMark, Unproved } from './check.ts'
import { measuredJudgement } from './measured.ts'
import { isGone, namesOf, requiredMarks, unreadClause } from './seen.ts'
import { capitalised, listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/** Required marks that are seen not to be there, or could not be seen. */
function presence(planned: readonly SeenMark[]): Judgement | null {
  const missing = planned.filter(seen => isGone(seen) && seen.conflict === null)
  if (missing.length > 0) {
    const because = `Missing on this unit: ${listed(namesOf(missing))}.`
    return { verdict: 'FAIL', because, marks: namesOf(missing) }
  }
  const unread = planned.filter(({ reading, conflict }) => showsMark[reading.outcome] !== true || conflict !== null)
  if (unread.length === 0) return null
  const because = `Could not be judged: ${unread.map(unreadClause).join('; ')}.`
  return { verdict: 'INCONCLUSIVE', because, marks: namesOf(unread) }
}

/** The cover lies over what it hides, whole. */
export const coverIntact: Check = {
  name: 'cover-intact',
  about: 'the scratch-off over the passphrase',
  needs: ['plan'],
  judge(input) {
    const covers = requiredMarks(input, 'cover')
    if (covers.length === 0) {
      return { verdict: 'INCONCLUSIVE', because: 'The plan looks at no cover.', marks: [] }
    }
    const marks = namesOf(covers)
    const because = `${listed(marks)} ${marks.length > 1 ? 'are' : 'is'} in place and whole.`
    const measured = measuredJudgement('cover-intact', input.measurements)
    const broken = covers.filter(({ reading }) => reading.outcome !== 'whole').map(unreadClause)
    const said = broken.length > 0 ? ` ${capitalised(broken.join('; '))}.` : ''
    return worstOf([
      measured === null || measured.verdict === 'PASS' ? null : { ...measured, because: `${measured.because}${said}` },
      presence(covers),
      { verdict: 'PASS', because, marks, unproved: unknownMaterial(input, covers) },
    ])!
  },
}

/** Without the product's appearance a cover is one by its edges and its want of texture: so are tape, paint and other foil. */
function unknownMaterial({ measurements, profile }: CheckInput, covers: readonly SeenMark[]): readonly Unproved[] {
  const isKnown = (name: string) =>
    measurements.some(one => one.name === 'cover-material' && one.of === name && one.verdict === 'PASS')
  return namesOf(covers)
    .filter(name => !isKnown(name))
    .map(name => ({
      name: 'cover-material',
      because: `no appearance of ${profile.title} is known for this light, so that nothing tells ${name} from tape or paint`,
    }))
}

/** The sticker sits where it must. */
export const placement: Check = {
  name: 'placement',
  about: 'where the sticker sits',
  needs: ['plan'],
  judge({ measurements }) {
    return (
      measuredJudgement('placement', measurements) ?? {
        verdict: 'INCONCLUSIVE',
        because: 'Where the sticker sits could not be measured in this photograph.',
        marks: [],
      }
    )
  },
}

/** The QR codes are there and printed well enough to be read for years. */
export const printQuality: Check = {
  name: 'print-quality',
  about: 'the print of the QR codes',
  needs: ['plan'],
  judge(input) {
    const symbols = [...input.marks.values()].filter(
      ({ mark }) => mark.kind === 'qr' && input.required.includes(mark.name),
    )
    const measured = measuredJudgement('print-quality', input.measurements)
    const judged = input.measurements.filter(({ verdict }) => verdict !== null)
    const left = namesOf(symbols.filter(({ mark }) => !judged.some(({ of }) => of === mark.name)))
    const none = symbols.length === 0
    const because = none
      ? 'The plan reads no QR code.'
      : `The print of ${listed(left)} could not be measured in this photograph.`
    const unmeasured: Judgement = { verdict: 'INCONCLUSIVE', because, marks: left }
    return worstOf([presence(symbols), none || left.length > 0 ? unmeasured : null, measured])!
  },
}

/** Every text that this station has to read is there, can be read without doubt, and has whole strokes. */
export const legibility: Check = {
  name: 'legibility',
  about: 'the printed and the etched texts',
  needs: ['plan'],
  judge(input) {
    const texts = [...input.marks.values()].filter(
      ({ mark }) => mark.kind === 'text' && roleOf(mark) !== 'words' && input.required.includes(mark.name),
    )
    if (texts.length === 0) return { verdict: 'INCONCLUSIVE', because: 'The plan reads no text.', marks: [] }
    const marks = namesOf(texts)
    const because = `${listed(marks)} ${marks.length > 1 ? 'were' : 'was'} read without doubt.`
    const measured = measuredJudgement('legibility', input.measurements)
    const passed: Judgement = { verdict: 'PASS', because, marks }
    return worstOf([presence(texts), measured?.verdict === 'PASS' ? null : measured, passed])!
  },
}
