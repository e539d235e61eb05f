import { AssayError } from '../../core/assay-error.ts'
import { defectsOf } from '../../lots/release/defects.ts'
import type { DefectPicture, LotRelease } from '../../lots/release/release-record.ts'
import { isRunFolder, keptInspection } from '../run-folder.ts'

/** More would make a report of pictures: so many defects have some, and each so many. */
const [mostDefects, mostEach] = [24, 2]

/**
 * Pictures of the first unit of each defect, from the folders that its inspections were given as `--out`: of the marks that the
 * failed check speaks of, or of the whole card. Runs keep them with every secret blacked out, or not at all.
 * @throws AssayError `no-run-folder`
 */
export function defectPictures({ decided }: Pick<LotRelease, 'decided'>, folders: readonly string[]): DefectPicture[] {
  for (const folder of folders)
    if (!isRunFolder(folder))
      throw new AssayError(
        'no-run-folder',
        `${folder} is no folder that inspections were given as --out. Nothing was closed.`,
      )
  return defectsOf(decided)
    .slice(0, folders.length === 0 ? 0 : mostDefects)
    .flatMap(({ check, station, units: [unit], entry }, i) => {
      const started = decided.evidence.records.get(entry)!.started
      const wanted = { unit: unit!, station: station as 'sealed', started }
      const kept = folders.map(folder => keptInspection(folder, wanted)).find(one => one !== null)
      if (kept === undefined) return []
      const { record, pictures } = kept
      const marks = record.findings.find(one => one.check === check && one.verdict === 'FAIL')?.marks ?? []
      const shown = pictures.filter(({ of }) => (marks as readonly string[]).includes(of))
      const its = shown.length > 0 ? shown : pictures.filter(({ of }) => of === 'card')
      return its.slice(0, mostEach).map(({ of, width, height, bytes }) => ({ defect: i + 1, of, width, height, bytes }))
    })
}
