import { serveSite } from '../site/serve-site.ts'

// A site whose commands fail with what no person may read, or wait until they are stopped.
await serveSite('A', {
  fail: async () => {
    throw new TypeError('cannot read ABCD-EFGH-JKLM')
  },
  wait: ({ signal, tell }) => {
    tell({ news: 'note', text: 'waiting' })
    return new Promise((_, reject) => {
      // Keeps the process alive as work would.
      const work = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => {
        clearInterval(work)
        reject(signal.reason)
      })
    })
  },
})
