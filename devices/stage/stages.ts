import { type ConfigOf, driverTable } from '../driver.ts'
import { grblStage } from './grbl-stage.ts'

/** Every stage's driver, one row each. */
export const stages = driverTable([grblStage])
export type StageConfig = ConfigOf<typeof stages>
