import { create } from 'qrcode'

/** The modules of a QR code, row by row, 1 = dark, without quiet zone. Byte mode, error correction M. */
export function symbolModules(payload: Uint8Array): { size: number; dark: Uint8Array } {
  const { modules } = create([{ data: payload, mode: 'byte' }], { errorCorrectionLevel: 'M' })
  return { size: modules.size, dark: Uint8Array.from(modules.data, module => (module ? 1 : 0)) }
}
