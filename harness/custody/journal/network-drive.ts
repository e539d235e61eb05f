import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { CustodyError } from '../custody-error.ts'

/** Magic numbers of file systems that lie on another machine (Linux, statfs(2)). */
const networkDrives: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
])

/**
 * A journal is safe for several writers by memory that they share (SQLite's WAL), which programs of two machines do not: they would
 * write over each other, and nobody would see it.
 * @param folder that is to hold a journal; it need not be there yet
 * @param typeOf the magic number of a path's file system. Throws where there is no such path
 * @throws CustodyError `journal-on-network`
 */
export function refuseNetworkDrive(folder: string, typeOf = (path: string) => statfsSync(path).type): void {
  const name = networkDrives.get(typeOfNearest(folder, typeOf) ?? 0)
  if (name === undefined) return
  throw new CustodyError(
    'journal-on-network',
    `${folder} lies on a network drive (${name}), where two machines would write over each other's entries. Keep the journal on a drive of this machine (--journal, ASSAY_JOURNAL), and put copies there: assay journal backup.`,
  )
}

function typeOfNearest(path: string, typeOf: (path: string) => number): number | null {
  try {
    return typeOf(path)
  } catch {
    const above = dirname(path)
    return above === path ? null : typeOfNearest(above, typeOf)
  }
}
