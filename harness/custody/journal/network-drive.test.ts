import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { refuseNetworkDrive } from './network-drive.ts'

/** Only what lies at or above `/srv` is there. */
const there = (type: number) => (path: string) => {
  if (path !== '/srv') throw new Error('ENOENT')
  return type
}

it.each([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
])('no journal is made or written on a network drive', (type, name) => {
  expect(() => refuseNetworkDrive('/srv/bench/assay-journal', there(type))).toThrow(
    expect.objectContaining({ code: 'journal-on-network', message: expect.stringContaining(`(${name})`) }),
  )
})

it('on a drive of this machine, and where nothing can be told, one is', () => {
  refuseNetworkDrive('/srv/bench/assay-journal', there(0xef53))
  refuseNetworkDrive('/nowhere', there(0x6969))
  refuseNetworkDrive(tmpdir())
})
