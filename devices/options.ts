import { z } from 'zod'

// Kinds of values that the options of several drivers have.

export const text = z.string().min(1)
export const ms = z.number().positive().max(600_000)

/** Neither `user:password@` nor `user@` in it: they would be shown wherever the address is. */
export const withoutCredentials = (address: z.ZodString): z.ZodString =>
  address.refine(
    // Anywhere: a password with a slash in it ends the host, and an @ of the path can be written %40.
    given => !/^[a-z][a-z0-9+.-]*:\/\/[\s\S]*@/i.test(given),
    'leave user and password out of the address and give user and passwordVariable instead (an @ of its path is %40)',
  )

/** An address of the network. */
export const httpUrl = withoutCredentials(
  z
    .string()
    .regex(/^https?:\/\/[^\s/]/i, {
      error: 'an address that begins with http:// or https://',
      abort: true,
    })
    .refine(given => URL.canParse(given), 'is no address'),
)

/**
 * Scheme, host, port and path of an address; no user, password or query, which may hold a key. Cameras take user and password
 * in the path too (`/user=adm&password=…&channel=1`): of such a part only small numbers stay, and of what may be a token its end.
 */
export function publicPlace(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed) return 'an address that cannot be read'
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.split('/').map(publicPart).join('/')}`
}

function publicPart(part: string): string {
  if (/[=&;]/.test(part))
    return part.replaceAll(/(=)(?!\d{1,3}(?:[&;]|$))[^&;]*/g, '$1…').replaceAll(/[^&;=]{25,}/g, '…')
  if (/@|%40/i.test(part)) return '…'
  return /^(?=.*\d)(?=.*[a-z])[\w-]{16,}$/i.test(part) ? `…${part.slice(-4)}` : part
}
