import { lstatSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foreignHand } from './outside-file.node.ts'

/**
 * Where programs of this user find each other while they run: `$XDG_RUNTIME_DIR/assay` where the system made such a folder for
 * the user, else one of this user's number in the temporary folder. Whoever uses it makes it, and refuses it when it is
 * somebody else's.
 */
export function privateRunFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const runtime = environment['XDG_RUNTIME_DIR']
  if (runtime !== undefined && isOwn(runtime)) return join(runtime, 'assay')
  return join(tmpdir(), `assay-${process.geteuid?.() ?? 'run'}`)
}

/** After `su` it may still name the folder of the user before. */
function isOwn(path: string): boolean {
  const found = path.startsWith('/') ? lstatSync(path, { throwIfNoEntry: false }) : undefined
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && foreignHand(found) === null
}
