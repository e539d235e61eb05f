import { createHash } from 'node:crypto'

/** What every answer of a server of ours says: no page of others may use it, frame it, or guess what it is. */
export const headersOfOwnPage = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const

/** Is this what a browser calls this machine? A name that points here from elsewhere would let a foreign page look on. */
export const isThisMachine = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)

/** A script or style as a content security policy names it. */
export const policySource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** `</script>` inside of a script would end it, and `<!--` begin a comment. */
export const insideScript = (text: string): string => text.replaceAll(/<(?=\/script|!--)/gi, '\\x3C')
