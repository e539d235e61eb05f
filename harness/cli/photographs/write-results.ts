import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { htmlReport } from '../../../reports/html-report.ts'
import { junitReport } from '../../../reports/junit.ts'
import { AssayError } from '../../core/assay-error.ts'
import { serialiseRecord } from '../../record/inspection-record.ts'
import type { InspectionResult } from './inspect-photographs.ts'
import type { Output } from './output.ts'

/**
 * Writes one JSON file an inspection, `report.html` and `junit.xml` into `folder`, which is made when it is not there.
 * @throws AssayError `results-unwritable`
 */
export async function writeResults(
  folder: string,
  results: readonly InspectionResult[],
  output: Output,
): Promise<void> {
  const records = results.map(({ record }) => record)
  try {
    await mkdir(join(folder, 'records'), { recursive: true })
    for (const [i, record] of records.entries()) {
      await writeFile(join(folder, 'records', recordFileName(i, record.unit)), serialiseRecord(record))
    }
    const inspections = results.map(({ record, crops }) => ({ record, pictures: crops }))
    await writeFile(join(folder, 'report.html'), htmlReport(inspections))
    await writeFile(join(folder, 'junit.xml'), junitReport(records))
  } catch (cause) {
    const sentence = `The results could not be written to ${folder}; choose another folder with --out.`
    throw new AssayError('results-unwritable', sentence, { cause })
  }
  output.tell(`assay: the report is in ${join(folder, 'report.html')}.`)
}

/** A serial is whatever stands in the records: only letters, digits and dashes of it reach a file's name. */
function recordFileName(index: number, unit: string | null): string {
  const name = (unit ?? 'unknown').replaceAll(/[^A-Za-z0-9-]/g, '_').slice(0, 60)
  return `${String(index + 1).padStart(4, '0')}-${name}.json`
}
