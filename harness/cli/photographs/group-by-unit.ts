import type { Mark, ProductProfile } from '../../products/profile.ts'
import { roleOf } from '../../products/role.ts'
import type { PhotographReading } from '../../vision/reading.ts'

/**
 * Puts photographs of the same unit together by what was read on them, before any record is known: by the serial on the
 * card where it was read, because stickers can be swapped; otherwise with the one group that shows the same text at the
 * same mark. What cannot be told stays alone.
 */
export function groupByUnit<P extends { readonly look: { readonly reading: PhotographReading } }>(
  photographs: readonly P[],
  profile: ProductProfile,
): readonly (readonly P[])[] {
  const identifying = profile.marks.filter(isIdentifying)
  const cardSerials = identifying.filter(mark => roleOf(mark) === 'serial' && mark.on === 'card')
  const groups: P[][] = []
  const textsOf = ({ look }: P, marks: readonly Mark[]) => identifiers(look.reading, marks)
  const sharing = (photograph: P, marks: readonly Mark[]) => {
    const own = textsOf(photograph, marks)
    return groups.filter(group => group.some(other => textsOf(other, marks).some(text => own.includes(text))))
  }
  const join = (photograph: P, candidates: readonly P[][]) => {
    if (candidates.length === 1) candidates[0]!.push(photograph)
    else groups.push([photograph])
  }
  const [named, others] = [true, false].map(wanted =>
    photographs.filter(photograph => textsOf(photograph, cardSerials).length > 0 === wanted),
  ) as [P[], P[]]
  for (const photograph of named) join(photograph, sharing(photograph, cardSerials))
  for (const photograph of others) join(photograph, sharing(photograph, identifying))
  return groups.sort((a, b) => photographs.indexOf(a[0]!) - photographs.indexOf(b[0]!))
}

function isIdentifying(mark: Mark): boolean {
  return !mark.secret && ['serial', 'address-qr'].includes(roleOf(mark))
}

/** `mark text` of every identifying mark that was read. */
function identifiers({ marks }: PhotographReading, wanted: readonly Mark[]): readonly string[] {
  return marks
    .filter(({ mark, outcome }) => outcome === 'read' && wanted.some(({ name }) => name === mark))
    .flatMap(({ mark, text }) => (typeof text === 'string' ? [`${mark} ${text}`] : []))
}
