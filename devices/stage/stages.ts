import { driverTable } from '../driver.ts'
import { grblStage } from './grbl-stage.ts'
import { klipperStage } from './klipper/klipper-stage.ts'
import { marlinStage } from './marlin/marlin-stage.ts'

/** Every stage's driver, one row each. */
export const stages = driverTable([grblStage, marlinStage, klipperStage])
