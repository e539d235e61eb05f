import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import { ProductProfile } from '../products/profile.ts'
import type { Lesson } from './lessons.ts'
import type { Taught } from './teach.ts'

const format = 'assay-taught-1'
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Of very many things in a wrong form each would be a fault of its own to write down: how many there are is looked at first. */
const upTo = <Item extends z.ZodType>(most: number, item: Item) => z.array(z.unknown()).max(most).pipe(z.array(item))

/** Who taught a product, when, and from what. It stands beside the profile; the profile as it was learned tells later what a person changed. */
export const TaughtFile = z.strictObject({
  format: z.literal(format),
  /** By the register of people; null: nobody put a name to it. */
  by: z.string().min(1).max(32).nullable(),
  at: z.iso.datetime(),
  software: z.string().max(80),
  photographs: upTo(
    20_000,
    z.strictObject({ file: z.string(), sha256: digest, unit: z.string(), state: z.string(), light: z.string() }),
  ),
  units: upTo(10_000, z.string()),
  leftOut: upTo(20_000, z.strictObject({ of: z.string(), because: z.string() })),
  /** Standard errors by mark, mm: how far the means may be from those of all units. Null of one unit. */
  standardErrorsMm: z.record(z.string(), z.number().nullable()),
  learned: ProductProfile,
  /** Of what was written beside it. */
  files: upTo(1000, z.strictObject({ file: z.string(), sha256: digest })),
  /** Ed25519 over all else in its canonical form, by the key that the register has of `by`. */
  signature: z.strictObject({ publicKey: z.string(), signature: z.string() }).optional(),
})
export type TaughtFile = z.infer<typeof TaughtFile>

/** A product that cannot be taught, or what was taught that cannot be used. */
export class TeachError extends AssayError {
  override readonly name = 'TeachError'
}

/** @throws TeachError `taught-unreadable` */
export function parseTaught(text: string, origin: string): TaughtFile {
  const json = parseJson(text)
  const other = otherVersion(json, format)
  const read = other === null ? TaughtFile.safeParse(json) : null
  if (read?.success) return read.data
  throw new TeachError(
    'taught-unreadable',
    `${origin} does not say how a product was taught${other === null ? '' : ` to this Assay (it is ${other})`}: take it away to begin anew.`,
  )
}

/** Everything that the signature is over. */
export function signedPart({ signature: _, ...rest }: TaughtFile): Omit<TaughtFile, 'signature'> {
  return rest
}

/** What the statement says of the material. */
export function materialOf({ shown, units, lessons, standardErrorsMm, profile }: Taught) {
  return {
    photographs: shown.map(({ name, sha256, unit, state, light }) => ({ file: name, sha256, unit, state, light })),
    units: [...units],
    leftOut: lessons.filter(({ leavesOut }) => leavesOut !== null).map(({ of, because }: Lesson) => ({ of, because })),
    standardErrorsMm: { ...standardErrorsMm },
    learned: profile,
  }
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * What is learned now with what a person changed since it was learned before: wherever the file differs from what was learned then,
 * it stays as it is. Marks are matched by name; one that a person took out stays out, one that they added stays.
 */
export function withEdits(before: ProductProfile, edited: ProductProfile, now: ProductProfile): ProductProfile {
  return merged(before as Json, edited as Json, now as Json) as ProductProfile
}

function merged(before: Json | undefined, edited: Json | undefined, now: Json | undefined): Json | undefined {
  if (same(before, edited)) return now
  if (isNamed(before) && isNamed(edited) && isNamed(now)) {
    const by = (list: readonly Named[], name: string) => list.find(one => one.name === name)
    const kept = now.flatMap(one => {
      const [was, is] = [by(before, one.name), by(edited, one.name)]
      if (was !== undefined && is === undefined) return []
      return [merged(was, is ?? was, one) as Named]
    })
    const added = edited.filter(one => by(now, one.name) === undefined && !same(by(before, one.name), one))
    return [...kept, ...added]
  }
  if (isObject(before) && isObject(edited) && isObject(now)) {
    const keys = new Set([...Object.keys(now), ...Object.keys(edited)])
    const out: Record<string, Json> = {}
    for (const key of keys) {
      const value = merged(before[key], edited[key], now[key])
      if (value !== undefined) out[key] = value
    }
    return out
  }
  return edited
}

type Named = { readonly name: string } & { readonly [key: string]: Json }

const isNamed = (value: Json | undefined): value is readonly Named[] =>
  Array.isArray(value) && value.length > 0 && value.every(one => isObject(one) && typeof one['name'] === 'string')

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b)
