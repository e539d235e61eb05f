import { AssayError } from '../core/assay-error.ts'
import type { CheckName } from '../core/vocabulary.ts'
import type { Role } from '../products/role.ts'
import type { Check, CheckInput, Finding, Need } from './check.ts'
import { checks } from './checks.ts'
import { isRead, namesOf, requiredMarks, unreadClause } from './seen.ts'
import { clauseOf } from './wording.ts'

/**
 * Runs the planned checks in the plan's order and returns one finding for each, whatever happens: a missing need gives
 * INCONCLUSIVE, an error gives ERROR. A plan without checks gives no finding, which no verdict takes for a pass.
 *
 * @throws only the signal's reason, when the run is aborted
 */
export async function runChecks(
  names: readonly CheckName[],
  input: CheckInput,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const name of names) {
    signal?.throwIfAborted()
    findings.push(await runCheck(checks[name], input))
  }
  return findings
}

async function runCheck(check: Check, input: CheckInput): Promise<Finding> {
  const unmet = unmetNeeds(check, input)
  if (unmet !== null) return unmet
  try {
    return { check: check.name, ...(await check.judge(input)) }
  } catch (error) {
    return { check: check.name, verdict: 'ERROR', because: errorSentence(error), marks: [] }
  }
}

/** What a check says where it cannot be judged for want of something; null where nothing is wanting. */
export function unmetNeeds(check: Check, input: CheckInput): Finding | null {
  const missing = check.needs.map(need => needs[need](input)).filter(clause => clause !== null)
  if (missing.length === 0) return null
  const marks = [...new Set(missing.flatMap(({ marks }) => marks))]
  const because = `Could not be judged: ${missing.map(({ clause }) => clause).join('; ')}.`
  const unreadable = marks.some(name => input.marks.get(name)?.mark.kind === 'text')
  return {
    check: check.name,
    verdict: 'INCONCLUSIVE',
    because,
    marks,
    ...(unreadable && { comparison: 'unreadable' as const }),
  }
}

/** Only our own errors may speak: a message that a library composed may quote its input, which may be secret. */
function errorSentence(error: unknown): string {
  if (error instanceof AssayError) return `The check stopped with an error: ${error.message}`
  const kind = error instanceof Error ? error.name : typeof error
  return `The check stopped with an unexpected ${kind}; this is a defect in Assay, not in the unit.`
}

interface Missing {
  readonly clause: string
  readonly marks: readonly string[]
}

const needs: Record<Need, (input: CheckInput) => Missing | null> = {
  plan: ({ required }) => (required.length > 0 ? null : { clause: 'the plan names no mark to read', marks: [] }),
  record: ({ unit, identification }) =>
    unit !== null
      ? null
      : { clause: `the unit's record is not known (${clauseOf(identification.because)})`, marks: [] },
  'intermediate-code': ({ unit }) => recordField(unit?.intermediateCode, 'intermediate code'),
  'confirmation-code': ({ unit }) => recordField(unit?.confirmationCode, 'confirmation code'),
  address: input => {
    if (requiredMarks(input, 'address-qr').length > 0) return unreadMark(input, 'address-qr')
    return recordField(input.unit?.address, 'address')
  },
  epk: input => unreadMark(input, 'epk-qr'),
  passphrase: input => unreadMark(input, 'passphrase'),
  'planned-address': input => whenPlanned(input, 'address-qr'),
  'planned-epk': input => whenPlanned(input, 'epk-qr'),
  'planned-confirmation-code': input => whenPlanned(input, 'confirmation-code'),
}

function recordField(value: string | null | undefined, title: string): Missing | null {
  return value === null || value === undefined ? { clause: `the records hold no ${title} for it`, marks: [] } : null
}

function whenPlanned(input: CheckInput, role: Role): Missing | null {
  return requiredMarks(input, role).length > 0 ? unreadMark(input, role) : null
}

/** Of marks with one role, those that the plan reads must all be read; a mark that the plan leaves out does not count. */
function unreadMark(input: CheckInput, role: Role): Missing | null {
  const planned = requiredMarks(input, role)
  if (planned.length === 0) return { clause: `the plan reads no ${role}`, marks: [] }
  const unread = planned.filter(seen => !isRead(seen))
  if (unread.length === 0) return null
  return { clause: unread.map(unreadClause).join('; '), marks: namesOf(unread) }
}
