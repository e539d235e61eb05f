import { driverTable } from '../driver.ts'
import { grblLight } from './grbl-light.ts'
import { wledHttpLight } from './wled/wled-http.ts'
import { wledSerialLight } from './wled/wled-serial.ts'

/** Every light's driver, one row each. */
export const lights = driverTable([grblLight, wledSerialLight, wledHttpLight])
