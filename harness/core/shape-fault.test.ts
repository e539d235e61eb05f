import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { plainName } from './plain-name.ts'
import { shapeFault, shownPath } from './shape-fault.ts'

const schema = z.strictObject({
  name: z.string().min(2).max(4).optional(),
  size: z.number().min(1).max(3).optional(),
  count: z.int().optional(),
  kind: z.enum(['left', 'right']).optional(),
  format: z.literal('assay-lot-1').optional(),
  list: z.array(z.string()).min(1).optional(),
  address: z.url().optional(),
  code: z
    .string()
    .regex(/^[a-z]+$/, 'small letters')
    .optional(),
  choice: z.union([z.string(), z.number()]).optional(),
  by: z.record(z.string().regex(/^[a-z]+$/), z.number()).optional(),
})
const faultsOf = (value: unknown) => {
  const result = schema.safeParse(value, { reportInput: true })
  return result.success
    ? []
    : result.error.issues.map(issue =>
        [...shownPath(issue.path), shapeFault(issue, Object.keys(schema.shape))].join(': '),
      )
}

test.each([
  [{ name: 3 }, 'name: must be a text'],
  [{ name: 'a' }, 'name: must be at least 2 characters long'],
  [{ size: 4 }, 'size: must be at most 3'],
  [{ count: 1.5 }, 'count: must be a whole number'],
  [{ kind: 'lef' }, 'kind: must be one of left, right (did you mean left?)'],
  [{ format: 'x' }, 'format: must be assay-lot-1'],
  [{ list: [] }, 'list: must be at least 1 long'],
  [{ address: 'x' }, 'address: has another form than it must'],
  [{ code: 'X' }, 'code: must be small letters'],
  [{ choice: true }, 'choice: is not as it must be'],
  [{ nmae: 'x' }, 'has no field nmae (did you mean name?)'],
  [{ 'hunter2!x': 1 }, 'has no field …'],
])('says of %j what it must be', (value, sentence) => {
  expect(faultsOf(value)).toEqual([sentence])
})

test('never says what stands there, be it a value or a name', () => {
  const secret = fc.constantFrom(
    'hunter2!x',
    'ABCDE-FGH7J-KLMNP',
    '6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf',
  )
  const value = fc.oneof(secret, fc.array(secret), fc.dictionary(secret, secret), fc.jsonValue())
  const field = fc.oneof(fc.constantFrom(...Object.keys(schema.shape)), secret)
  fc.assert(
    fc.property(fc.dictionary(field, value), object => {
      for (const sentence of faultsOf(object)) expect(sentence).not.toMatch(/hunter2|ABCDE|6PnZ/)
    }),
    { numRuns: 500 },
  )
})

test('a name is shown where it is a word, or near to a known one', () => {
  for (const name of ['box', 'batchNumber', 'batch_number', 'line2']) expect(plainName(name)).toBe(name)
  for (const name of ['ABCDE-FGH7J', 'hunter2x', 'correct horse', '', 'a'.repeat(60)])
    expect(plainName(name)).toBeNull()
  expect(plainName('publicKeys', ['publicKey'])).toBe('publicKeys')
})
