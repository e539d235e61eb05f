import { RigError } from '../../rig-error.ts'
import { passwordIn } from '../credentials.ts'
import type { Credentials } from './authorization.ts'

/**
 * Takes user and password out of an address, or from where the configuration says that they are.
 *
 * @throws RigError `camera-config`, without the address in it
 */
export function cameraAddress(
  { url: text, user, passwordVariable }: { url: string; user?: string; passwordVariable?: string },
  environment: NodeJS.ProcessEnv = process.env,
): { url: URL; credentials: Credentials | null } {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RigError(
      'camera-config',
      'the url of the camera is no http or https address, such as http://10.0.0.7/shot.jpg.',
    )
  }
  const inUrl = { user: decoded(url.username), password: decoded(url.password) }
  url.username = ''
  url.password = ''
  url.hash = ''
  const password = passwordIn(environment, passwordVariable)
  const credentials = { user: user ?? inUrl.user, password: password ?? inUrl.password }
  return { url, credentials: credentials.user === '' && credentials.password === '' ? null : credentials }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
