import { parentPort } from 'node:worker_threads'
import type { CardSurface } from '../card-surface.ts'
import type { RenderReply, RenderRequest } from '../virtual-camera.ts'
import { Chamber } from './render.ts'

/** Thread of the virtual camera: one request, one reply. Keeps the last surface, since units are photographed more than once. */
if (!parentPort) throw new Error('this file runs as a worker thread')
const port = parentPort
const chamber = new Chamber()
let surface: { id: number; maps: CardSurface } | null = null

async function answer(request: RenderRequest): Promise<void> {
  if (request.surface) surface = { id: request.surfaceId, maps: request.surface }
  const maps = request.surfaceId === 0 ? null : surface?.id === request.surfaceId ? surface.maps : undefined
  if (maps === undefined) throw new Error('the surface did not arrive')
  const jpeg = await chamber.photograph(request.scene, maps)
  const reply: RenderReply = { jpeg }
  port.postMessage(reply)
}

port.on('message', (request: RenderRequest) => {
  answer(request).catch((error: unknown) => {
    const reply: RenderReply = { failed: error instanceof Error ? error.message : String(error) }
    port.postMessage(reply)
  })
})
