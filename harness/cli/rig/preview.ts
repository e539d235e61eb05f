import { createServer, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { PreviewFrame } from '../../../devices/camera/camera.ts'
import { AssayError } from '../../errors/assay-error.ts'
import type { CommandContext } from '../context.ts'
import { layInto, openAtHand, print, rigAtHand, tell } from './chosen-rig.ts'
import { makeFolder, presetNamed, writeWhole } from './shoot.ts'

export interface PreviewOptions {
  readonly light: string
  readonly port: number
  readonly out?: string
  readonly frames?: number
  readonly lay: string
  readonly wait?: number
}

/** `assay rig preview`: live pictures, for focusing and for laying the nest. */
export async function previewRig(
  name: string | undefined,
  { light, port, out, frames = Number.POSITIVE_INFINITY, lay, wait = 0 }: PreviewOptions,
  { signal }: CommandContext,
): Promise<void> {
  const preset = presetNamed(light)
  const chosen = await rigAtHand(name)
  await using rig = await openAtHand(chosen, 'preview', { signal, wait })
  layInto(rig, lay)
  await rig.stage.goTo('inspect', signal)
  await rig.light.set(preset, signal)
  if (out === undefined) tell('what is in view is shown to whoever uses this machine.')
  else {
    makeFolder(out)
    tell(`what is in view is saved in clear in ${out}.`)
  }
  await using page = out === undefined ? await openPage(port) : null
  if (page) print(`Live pictures at ${page.url} (Ctrl-C ends)`)
  let shown = 0
  for await (const frame of rig.camera.preview(signal)) {
    shown++
    if (out !== undefined) {
      const file = join(out, `frame-${String(shown).padStart(6, '0')}.${frame.mime === 'image/jpeg' ? 'jpg' : 'png'}`)
      writeWhole(file, frame.bytes)
    } else page?.show(frame)
    if (shown >= frames) break
  }
  print(`${shown} frames.`)
}

interface Page extends AsyncDisposable {
  readonly url: string
  show(frame: PreviewFrame): void
}

const html = `<!doctype html><meta charset="utf-8"><title>Assay preview</title>
<style>body{margin:0;background:#222}img{display:block;max-width:100vw;max-height:100vh;margin:auto}</style>
<img alt="what the camera sees" src="live">`

/** A page that only this machine sees: pictures one after the other, nothing kept. */
async function openPage(port: number): Promise<Page> {
  const viewers = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    // A name that points here from elsewhere would let a foreign page look on.
    const host = request.headers.host ?? ''
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return void response.writeHead(403).end()
    if (request.url === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    if (request.url !== '/live') return void response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': 'multipart/x-mixed-replace; boundary=frame',
      'cache-control': 'no-store',
    })
    viewers.add(response)
    response.on('close', () => viewers.delete(response))
  })
  await listen(server, port)
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`,
    show({ bytes, mime }) {
      for (const viewer of viewers) {
        // A slow viewer misses frames; none wait in memory for it.
        if (viewer.writableLength > 0) continue
        viewer.write(`--frame\r\nContent-Type: ${mime}\r\nContent-Length: ${bytes.length}\r\n\r\n`)
        viewer.write(bytes)
        viewer.write('\r\n')
      }
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

/** On this machine only. @throws AssayError `port-busy` */
export async function listen(server: Server, port: number): Promise<void> {
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
