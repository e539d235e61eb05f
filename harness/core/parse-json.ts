/**
 * What a JSON text says; undefined when it is none. The parser's own error is not passed on: it quotes the text around
 * the fault, which may be a secret.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The format that a document states where it is another version of `format` (`assay-chain-1`); else null. */
export function otherVersion(json: unknown, format: string): string | null {
  const stated = (json as { format?: unknown } | null | undefined)?.format
  if (typeof stated !== 'string' || stated === format) return null
  const kind = format.replace(/\d+$/, '')
  return stated.startsWith(kind) && /^\d{1,4}$/.test(stated.slice(kind.length)) ? stated : null
}
