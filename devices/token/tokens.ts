import { driverTable } from '../driver.ts'
import { pcscToken } from './pcsc/pcsc-token.ts'
import { pkcs11Token } from './pkcs11/pkcs11-token.ts'
import { softwareToken } from './software-token.ts'

/** Every token's driver, one row each. */
export const tokens = driverTable([pcscToken, pkcs11Token, softwareToken])
