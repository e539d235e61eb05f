/**
 * A URL as it may be written down: no user, no password, and of a query or a `name=value` path (as some cameras log in)
 * only the names.
 */
export function publicTarget(url: URL): string {
  const path = url.pathname
    .split('/')
    .map(part => (/=|%3d/i.test(part) ? withoutValues(part) : part))
    .join('/')
  return url.search === '' ? path : `${path}?${withoutValues(url.search.slice(1))}`
}

/** Where a device is, and nothing of how it is asked: `http://10.0.0.7:8080`. */
export function publicAddress(url: URL): string {
  return `${url.protocol}//${url.host}`
}

function withoutValues(pairs: string): string {
  return pairs
    .split('&')
    .map(pair => (/=|%3d/i.test(pair) ? `${pair.split(/=|%3d/i, 1)[0]}=*` : '*'))
    .join('&')
}
