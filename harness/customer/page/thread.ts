/** A thread that runs a program the page carries: a page from a file can load none. */
export function startThread(program: string): Worker {
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  URL.revokeObjectURL(url)
  return worker
}
