import { driverTable } from '../driver.ts'
import { grblStage } from './grbl-stage.ts'

/** Every stage's driver, one row each. */
export const stages = driverTable([grblStage])
