import { userInfo } from 'node:os'

/** Tells users of this machine apart: their number, or on Windows their name. */
export function userId(): string {
  return process.geteuid === undefined ? userName() : String(process.geteuid())
}

/** What to call this user. In a container there may be no more than a number. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.geteuid?.() ?? 'unknown'}`
  }
}
