import { type ThreadPrograms, threadPrograms } from '../page-data.ts'

/** Settles when all that the page carries is there. It shows itself before, and a hand may be quicker than the rest of its file. */
export const whole: Promise<void> = new Promise(resolve => {
  if (document.readyState !== 'loading') return resolve()
  document.addEventListener('DOMContentLoaded', () => resolve(), { once: true })
})

/** To be asked for when the page is {@link whole}. */
export function startThread(name: keyof ThreadPrograms): Worker {
  const programs = (globalThis as { [threadPrograms]?: ThreadPrograms })[threadPrograms]
  const url = URL.createObjectURL(new Blob([programs?.[name] ?? ''], { type: 'text/javascript' }))
  const worker = new Worker(url)
  URL.revokeObjectURL(url)
  return worker
}
