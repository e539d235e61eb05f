import type { WireCapture } from './capture.ts'
import type { HttpAnswer, HttpRequest, SendHttp } from './http.ts'
import { publicTarget } from './http-target.ts'

interface HttpCaptureOptions {
  /** Of the wire; each exchange is one of its own: `camera/1`, `camera/2` … */
  readonly name: string
  /**
   * Whether answers are written down with their bodies. A camera's pictures show what lies on the bench, a passphrase
   * perhaps: then only their lengths are. A session that is to be replayed needs true. Default: false.
   */
  readonly keepBodies?: boolean
}

/** What the answer's head says that means something to whoever reads it; cookies and the like are left out. */
const toldHeaders = ['content-type', 'content-length', 'location', 'server', 'www-authenticate'] as const

/**
 * HTTP whose exchanges are captured on their way: out, the request's line, without user, password and values of the
 * query; in, the answer's head, then its body in the pieces in which it came; close or lost at the end.
 */
export function capturedHttp(send: SendHttp, capture: WireCapture, options: HttpCaptureOptions): SendHttp {
  let exchanges = 0
  return async (request, signal) => {
    const name = `${options.name}/${++exchanges}`
    const note = (dir: 'out' | 'in' | 'close' | 'lost', bytes?: Uint8Array, conceal = false): void =>
      capture.note(name, dir, bytes, { conceal })
    note('out', Buffer.from(requestText(request)))
    let answer: HttpAnswer
    try {
      answer = await send(request, signal)
    } catch (error) {
      note('lost')
      throw error
    }
    note('in', Buffer.from(headText(answer)))
    let isOver = false
    const over = (dir: 'close' | 'lost'): void => {
      if (isOver) return
      isOver = true
      note(dir)
    }
    async function* body(): AsyncGenerator<Uint8Array> {
      let end: 'close' | 'lost' = 'close'
      try {
        for await (const chunk of answer.body) {
          note('in', chunk, !options.keepBodies)
          yield chunk
        }
      } catch (error) {
        if (!signal.aborted) end = 'lost'
        throw error
      } finally {
        over(end)
      }
    }
    return {
      ...answer,
      body: body(),
      leave: () => {
        over('close')
        answer.leave()
      },
    }
  }
}

/** A request as it is written down and compared. */
export function requestText({ method, url, body }: HttpRequest): string {
  return `${method} ${publicTarget(url)}${body === undefined ? '' : `\n${body}`}`
}

function headText({ status, headers }: HttpAnswer): string {
  const told = toldHeaders.flatMap(name => {
    const value = headers[name]
    if (value === undefined) return []
    // Where it leads is told as a request is: without what it logs in with.
    const target = name === 'location' ? URL.parse(value, 'http://0.0.0.0') : null
    return [`${name}: ${target ? publicTarget(target) : value}`]
  })
  return [String(status), ...told].join('\n')
}
