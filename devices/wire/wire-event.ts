import { z } from 'zod'
import { RigError } from '../rig-error.ts'

/**
 * What went over a wire, one event a line of a capture file. The same format for every wire: serial ports and HTTP.
 *
 * `out` is from the host to the device, `in` from the device to the host; `open` and `close` are the host's doing,
 * `lost` is not. `bytes` is text (`utf8`), base64, or for what must not be written down (a scanned key, a photograph's
 * pixels) only the number of bytes (`concealed`).
 */
const wireEvent = z.object({
  /** Since the capture began, ms. */
  t: z.number(),
  dir: z.enum(['out', 'in', 'open', 'close', 'lost']),
  as: z.enum(['utf8', 'base64', 'concealed']),
  bytes: z.string(),
  /** Which wire: several share one file, e.g. `stage`, `light`, `camera`. */
  name: z.string(),
})
export type WireEvent = Readonly<z.infer<typeof wireEvent>>

/** How the bytes of an event are written: as text where they are plain ASCII text, else as base64. */
export function encodeBytes(bytes: Uint8Array): Pick<WireEvent, 'as' | 'bytes'> {
  const isText = bytes.every(byte => byte === 0x0a || byte === 0x0d || byte === 0x09 || (byte >= 0x20 && byte < 0x7f))
  const buffer = Buffer.from(bytes)
  return isText ? { as: 'utf8', bytes: buffer.toString('latin1') } : { as: 'base64', bytes: buffer.toString('base64') }
}

/** The bytes of an event, or null when it says only how many they were. */
export function decodeBytes(event: WireEvent): Uint8Array | null {
  if (event.as === 'concealed') return null
  return Uint8Array.from(Buffer.from(event.bytes, event.as))
}

/** One line of a capture file, without its line end. */
export function formatEvent(event: WireEvent): string {
  const { t, dir, name, as, bytes } = event
  return JSON.stringify({ t: Math.round(t * 10) / 10, dir, name, as, bytes })
}

/**
 * Reads a capture file: each event with the line on which it stands.
 *
 * @param source what to call it in errors
 * @throws RigError `capture-format` naming the line
 */
export function parseCapture(text: string, source: string): (WireEvent & { readonly line: number })[] {
  return text
    .split('\n')
    .map((written, index) => ({ written, line: index + 1 }))
    .filter(({ written }) => written.trim() !== '')
    .map(({ written, line }) => ({ ...parseEvent(written, `${source}, line ${line}`), line }))
}

function parseEvent(line: string, where: string): WireEvent {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new RigError('capture-format', `${where} is no JSON. Record the session again.`, { cause })
  }
  const event = wireEvent.safeParse(value)
  if (event.success) return event.data
  throw new RigError('capture-format', `${where} is no event of a wire: it needs t, dir, name, as and bytes.`)
}
