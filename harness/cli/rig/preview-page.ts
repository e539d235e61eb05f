import { randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { PreviewFrame } from '../../../devices/camera/camera.ts'
import { AssayError } from '../../core/assay-error.ts'
import { headersOfOwnPage, isThisMachine, policySource } from '../../core/own-page.node.ts'

/** A page for whoever was told its address: pictures one after the other, none kept but the newest. */
export interface PreviewPage extends AsyncDisposable {
  readonly url: string
  show(frame: PreviewFrame): void
}

// A picture stays on the page when its stream ends: without a word it would be taken for what is in view now.
const script = `
const live = document.querySelector('img')
const ask = () => fetch('alive', { cache: 'no-store' })
  .then(answer => answer.ok ? setTimeout(ask, 1000) : over(), over)
const over = () => {
  document.body.className = 'over'
  document.querySelector('output').textContent = 'The preview has ended: this picture is old.'
}
live.onclick = () => live.classList.toggle('whole')
ask()
`
const style = `
body { margin: 0; background: #222; color: #ddd; font: 15px/1.5 system-ui, sans-serif }
header { padding: .3rem .8rem } output { color: #ff9c8f; font-weight: 600; margin-left: 1rem }
img { display: block; max-width: 100vw; max-height: calc(100vh - 2.2rem); margin: auto; cursor: zoom-in }
img.whole { max-width: none; max-height: none; cursor: zoom-out }
.over img { opacity: .35 }
`

const pageOf = (title: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>${style}</style>
<header>${title}. Click the picture for every pixel of it.<output></output></header>
<img alt="what the camera sees" src="live">
<script>${script}</script></html>`

const policy = `default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src ${policySource(style)}; script-src ${policySource(script)}`

/**
 * Serves the page at 127.0.0.1.
 *
 * @param rig its name, which holds nothing but letters, digits and dashes
 * @throws AssayError `port-busy`
 */
export async function openPreviewPage(port: number, rig: string, light: string): Promise<PreviewPage> {
  const html = pageOf(`${rig} under light ${light}`)
  // Other users of this machine, and pages of any site in its browsers, reach the port too: the path is what they do not know.
  const path = `/${randomBytes(16).toString('hex')}/`
  const viewers = new Set<ServerResponse>()
  let newest: PreviewFrame | null = null
  const server = createServer((request, response) => {
    if (!isThisMachine(request.headers.host)) return void response.writeHead(403).end()
    const head = { 'cache-control': 'no-store', ...headersOfOwnPage }
    if (request.url === path) {
      response.writeHead(200, { ...head, 'content-type': 'text/html', 'content-security-policy': policy }).end(html)
    } else if (request.url === `${path}alive`) response.writeHead(204, head).end()
    else if (request.url === `${path}live`) {
      response.writeHead(200, { ...head, 'content-type': 'multipart/x-mixed-replace; boundary=frame' })
      response.write(nextPart)
      if (newest) send(response, newest)
      viewers.add(response)
      response.on('close', () => viewers.delete(response))
    } else response.writeHead(404, head).end()
  })
  await listen(server, port)
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}${path}`,
    show(frame) {
      newest = frame
      // A slow viewer misses frames; none wait in memory for it.
      for (const viewer of viewers) if (viewer.writableLength === 0) send(viewer, frame)
    },
    async [Symbol.asyncDispose]() {
      for (const viewer of viewers) viewer.destroy()
      await new Promise(resolve => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

/**
 * What stands between two pictures. Chromium shows a picture only once the head of the next has come, so that is sent with
 * it: what kind of picture the next will be does not matter, browsers look for themselves.
 */
const nextPart = '--frame\r\nContent-Type: image/jpeg\r\n\r\n'

function send(viewer: ServerResponse, { bytes }: PreviewFrame): void {
  viewer.write(bytes)
  viewer.write(`\r\n${nextPart}`)
}

/** On this machine only. @throws AssayError `port-busy` */
async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const why = cause instanceof Error ? cause.message : 'unknown'
      reject(
        new AssayError('port-busy', `port ${port} cannot be used (${why}); choose another with --port.`, { cause }),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
