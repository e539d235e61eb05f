import { existsSync, globSync } from 'node:fs'

/** OpenSC's module (Debian: opensc-pkcs11), which reaches any PIV card through pcscd. */
export const openScModule = globSync('/usr/lib/*/opensc-pkcs11.so')[0] ?? '/usr/lib/opensc-pkcs11.so'
export const hasOpenSc =
  existsSync(openScModule) && existsSync('/usr/bin/opensc-tool') && existsSync('/usr/bin/pkcs11-tool')

/** What OpenSC calls the key of slot 9D. */
export const openScIdOf9d = '03'
