import { lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder of a checkout in which Node keeps what it compiled of the source; null where anybody else could write to it: what lies there is
 * run as it is, whatever the source says. It is made for this user alone.
 *
 * Plain JavaScript, as it is asked before anything else is loaded. Whose a folder may be is `foreignHand` in
 * harness/core/outside-file.node.ts, and a test holds the two together.
 *
 * @param {string} root
 * @returns {string | null}
 */
export function compiledFolder(root) {
  const cache = join(root, '.cache')
  const folder = join(cache, 'compiled')
  try {
    mkdirSync(cache, { recursive: true })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return [cache, folder].every(isOwn) ? folder : null
  } catch {
    return null
  }
}

/** @param {string} path */
function isOwn(path) {
  const found = lstatSync(path)
  if (!found.isDirectory()) return false
  const me = process.geteuid?.()
  // Windows has access lists instead.
  if (me === undefined) return true
  const { uid, gid, mode } = found
  return (uid === me || uid === 0) && (mode & 0o002) === 0 && ((mode & 0o020) === 0 || gid === uid)
}
