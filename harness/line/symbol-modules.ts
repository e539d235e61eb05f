import { create } from 'qrcode'
import { Secret } from '../core/secret.ts'

/** The modules of a QR code, row by row, 1 = dark, without quiet zone. Byte mode, error correction M. */
export function symbolModules(content: string | Secret): { size: number; dark: Uint8Array } {
  const payload = content instanceof Secret ? content.expose() : new TextEncoder().encode(content)
  const { modules } = create([{ data: payload, mode: 'byte' }], { errorCorrectionLevel: 'M' })
  payload.fill(0)
  return { size: modules.size, dark: Uint8Array.from(modules.data, module => (module ? 1 : 0)) }
}
