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

/** So long a server may take to begin its answer, before the page that was kept is shown: it may never come. */
const patienceMs = 4000

/**
 * Keeps the page as it was last served, for when there is no network; answers for nothing else. A server that answers is always
 * believed before what was kept, so that no old page outlives it.
 */
export const serviceWorker = `'use strict'
const page = new URL('./', self.location).href
const kept = 'page'
const keep = async answer => (await caches.open(kept)).put(page, answer)
addEventListener('install', event => {
  skipWaiting()
  event.waitUntil(fetch(page, { cache: 'no-store' }).then(answer => {
    if (!answer.ok || answer.redirected) throw new Error('no page')
    return keep(answer)
  }))
})
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('fetch', event => {
  if (event.request.mode !== 'navigate' || event.request.url !== page) return
  const fresh = fetch(page, { cache: 'no-store' }).then(answer => {
    if (answer.ok && !answer.redirected) event.waitUntil(keep(answer.clone()).catch(() => {}))
    return answer
  })
  const old = () => caches.match(page)
  const late = new Promise(resolve => setTimeout(() => resolve(old()), ${patienceMs}))
  event.respondWith(Promise.race([fresh, late]).then(
    answer => answer ?? fresh,
    async () => (await old()) ?? Response.error(),
  ))
})
`

/** It may fetch the page, and that is all. */
export const serviceWorkerPolicy = "default-src 'none'; connect-src 'self'"
