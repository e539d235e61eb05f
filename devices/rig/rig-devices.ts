import type { CameraConfig } from '../camera/camera-config.ts'
import type { RealRigConfig } from './rig-config.ts'

/** Ports and addresses of everything that a rig drives, each once, without credentials: what its lease is taken of. */
export function deviceAddresses({ camera, stage, light, scanner }: RealRigConfig): string[] {
  const lightAddress = light === undefined ? null : 'url' in light ? originOf(light.url) : light.port
  const addresses = [cameraAddress(camera), stage?.port ?? null, lightAddress, scanner?.port ?? null]
  return [...new Set(addresses.filter(address => address !== null))]
}

function cameraAddress(camera: CameraConfig): string {
  switch (camera.driver) {
    case 'http':
      return originOf(camera.url)
    case 'chromium':
      return `chromium camera ${camera.device ?? ''}`.trim()
    case 'ffmpeg':
      return camera.input.includes('://') ? originOf(camera.input) : camera.input
    case 'gphoto2':
      return `gphoto2 camera ${camera.port ?? ''}`.trim()
    case 'folder':
      return camera.folder
  }
}

/** Scheme, host, port and path; no user, password or query, which may hold a key. */
function originOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : url
}
