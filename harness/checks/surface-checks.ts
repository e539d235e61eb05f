import { roleOf } from '../products/role.ts'
import type { Check, Judgement, SeenMark } from './check.ts'
import { isJudged, judgeMeasurements, measurementsFor } from './measured.ts'
import { isRead, requiredMarks, unreadClause } from './seen.ts'
import { capitalised, listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/** Required marks that are seen not to be there, or could not be seen. */
function presence(planned: readonly SeenMark[]): Judgement | null {
  const names = (marks: readonly SeenMark[]) => marks.map(({ mark }) => mark.name)
  const missing = planned.filter(({ reading, conflict }) => reading.outcome === 'absent' && conflict === null)
  if (missing.length > 0) {
    const because = `Missing on this unit: ${listed(names(missing))}.`
    return { verdict: 'FAIL', because, marks: names(missing) }
  }
  const unread = planned.filter(seen => seen.reading.outcome !== 'read' || seen.conflict !== null)
  if (unread.length === 0) return null
  const because = `Could not be judged: ${unread.map(unreadClause).join('; ')}.`
  return { verdict: 'INCONCLUSIVE', because, marks: names(unread) }
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
    const marks = covers.map(({ mark }) => mark.name)
    const because = `${listed(marks)} ${marks.length > 1 ? 'are' : 'is'} in place and whole.`
    const measured = judgeMeasurements(measurementsFor('cover-intact', input.measurements))
    const broken = covers.filter(({ reading }) => reading.outcome !== 'read').map(unreadClause)
    const said = broken.length > 0 ? ` ${capitalised(broken.join('; '))}.` : ''
    return worstOf([
      measured === null || measured.verdict === 'PASS' ? null : { ...measured, because: `${measured.because}${said}` },
      presence(covers),
      { verdict: 'PASS', because, marks },
    ])!
  },
}

/** The sticker sits where it must. */
export const placement: Check = {
  name: 'placement',
  about: 'where the sticker sits',
  needs: ['plan'],
  judge({ measurements }) {
    return (
      judgeMeasurements(measurementsFor('placement', measurements)) ?? {
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
    const measurements = measurementsFor('print-quality', input.measurements)
    const measured = judgeMeasurements(measurements)
    const left = symbols.filter(({ mark }) => !measurements.some(one => one.of === mark.name && isJudged(one)))
    const names = left.map(({ mark }) => mark.name)
    const unmeasured: Judgement = {
      verdict: 'INCONCLUSIVE',
      because: `The print of ${listed(names)} could not be measured in this photograph.`,
      marks: names,
    }
    const none: Judgement = { verdict: 'INCONCLUSIVE', because: 'The plan reads no QR code.', marks: [] }
    return worstOf([
      presence(symbols),
      left.length > 0 ? unmeasured : null,
      symbols.length === 0 ? none : null,
      measured,
    ])!
  },
}

/**
 * Every text that this station has to read is there, can be read without doubt, and has whole strokes. Strokes are judged
 * where the text was read: on an unread one, glare and blur look like missing strokes.
 */
export const legibility: Check = {
  name: 'legibility',
  about: 'the printed and the etched texts',
  needs: ['plan'],
  judge(input) {
    const texts = [...input.marks.values()].filter(
      ({ mark }) => mark.kind === 'text' && roleOf(mark) !== 'words' && input.required.includes(mark.name),
    )
    if (texts.length === 0) return { verdict: 'INCONCLUSIVE', because: 'The plan reads no text.', marks: [] }
    const marks = texts.map(({ mark }) => mark.name)
    const because = `${listed(marks)} ${marks.length > 1 ? 'were' : 'was'} read without doubt.`
    const judged = measurementsFor('legibility', input.measurements).filter(({ of }) => {
      const seen = input.marks.get(of)
      return seen === undefined || (marks.includes(of) && isRead(seen))
    })
    const measured = judgeMeasurements(judged)
    const passed: Judgement = { verdict: 'PASS', because, marks }
    return worstOf([presence(texts), measured?.verdict === 'PASS' ? null : measured, passed])!
  },
}
