/*
 * What makes the served page one that a phone can install and open without a network. Nothing else of the server is kept, and
 * nothing that was typed.
 */

/** The names under which a server has them, beside the page. */
export const installablePaths = { manifest: 'manifest.webmanifest', serviceWorker: 'service-worker.js' } as const

/** A card in two halves. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill="#1f5fbf" d="M0 0h64v64H0z"/><path fill="#fff" d="M12 18h18v28H12zM34 18h18v28H34z"/></svg>'

/** W3C Web Application Manifest. The icon is inside: the page's policy lets it load no other. */
export const manifest = JSON.stringify({
  name: 'Open your card',
  short_name: 'Card',
  start_url: './',
  scope: './',
  display: 'standalone',
  background_color: '#ffffff',
  theme_color: '#1f5fbf',
  icons: [
    { src: `data:image/svg+xml,${encodeURIComponent(icon)}`, sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
  ],
})

/** So long a server may take to answer, before the page that was kept is shown: it may never come. */
const patienceMs = 4000

/**
 * Keeps the page as it was last served, for when there is no network; answers for nothing else. What anybody between answers in its
 * place (the portal of a hotel, an error, a part of it) is neither shown nor kept: only what has the digest that the server's own program
 * names now, so that no old page outlives a new one either. A page that has not changed is not fetched again.
 *
 * @param digest SHA-256 of the page that is served beside it, hexadecimal
 */
export const serviceWorker = (digest: string): string => `'use strict'
const digest = '${digest}'
const page = new URL('./', self.location).href
const kept = 'page'
const own = { cache: 'no-store', redirect: 'error', credentials: 'omit' }
const digestOf = async body =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', body)), byte => byte.toString(16).padStart(2, '0')).join('')
const old = () => caches.match(page, { cacheName: kept })
async function named() {
  const answer = await fetch(self.location.href, own)
  const found = answer.ok ? /^const digest = '([0-9a-f]{64})'$/m.exec(await answer.text()) : null
  if (found === null) throw new Error('no program of the page')
  return found[1]
}
async function taken(wanted) {
  const answer = await fetch(page, own)
  const body = await answer.arrayBuffer()
  if (!answer.ok || await digestOf(body) !== wanted) throw new Error('not the page')
  const whole = new Response(body, { headers: answer.headers })
  await (await caches.open(kept)).put(page, whole.clone()).catch(() => {})
  return whole
}
async function current() {
  const wanted = await named()
  const before = await old()
  if (before !== undefined && await digestOf(await before.clone().arrayBuffer()) === wanted) return before
  return taken(wanted)
}
addEventListener('install', event => {
  skipWaiting()
  event.waitUntil(taken(digest))
})
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('fetch', event => {
  if (event.request.mode !== 'navigate' || event.request.url !== page) return
  const now = current()
  event.waitUntil(now.catch(() => {}))
  const late = new Promise(resolve => setTimeout(() => resolve(old()), ${patienceMs}))
  event.respondWith(Promise.race([now, late]).then(
    answer => answer ?? now,
    () => old(),
  ).catch(() => undefined).then(answer => answer ?? fetch(event.request)))
})
`

/** It may fetch the page, and that is all. */
export const serviceWorkerPolicy = "default-src 'none'; connect-src 'self'"
