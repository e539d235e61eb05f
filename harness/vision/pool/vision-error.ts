import { AssayError } from '../../core/assay-error.ts'

/** Vision itself failed (`vision-deadline`, `vision-crashed`, `vision-closed`): not the picture's fault, nor the card's. */
export class VisionError extends AssayError {
  override readonly name = 'VisionError'
}
