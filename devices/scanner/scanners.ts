import { driverTable } from '../driver.ts'
import { serialScanner } from './serial-scanner.ts'

/** Every scanner's driver, one row each. */
export const scanners = driverTable([serialScanner])
