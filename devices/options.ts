import { z } from 'zod'

// Kinds of values that the options of several drivers have.

export const text = z.string().min(1)
export const ms = z.number().positive().max(600_000)

/** Neither `user:password@` nor `user@` in it: they would be shown wherever the address is. */
export const withoutCredentials = (address: z.ZodString): z.ZodString =>
  address.refine(
    given => !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(given),
    'leave user and password out of the address and give user and passwordVariable instead',
  )

/** An address of the network. */
export const httpUrl = withoutCredentials(
  z.string().regex(/^https?:\/\/[^\s/]/i, 'an address that begins with http:// or https://'),
)

/** Scheme, host, port and path of an address; no user, password or query, which may hold a key. */
export function publicPlace(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : url
}
