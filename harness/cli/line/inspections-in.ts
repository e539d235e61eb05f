import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { readOutside } from '../../core/outside-file.node.ts'
import type { PassRequest } from '../../line/site/pass-station.ts'
import { parseRecord, RecordError } from '../../record/inspection-record.ts'
import { LineInputError } from './line-input.ts'

/**
 * The inspection records in a folder, oldest first, by what the line needs of them. Files that are no record are passed
 * over: reports lie in the same folder.
 * @throws LineInputError `inspections-missing`, RecordError when a record's verdict is not its own
 */
export function inspectionsIn(folder: string): PassRequest['inspections'] {
  const files = globSync('**/*.json', { cwd: folder }).sort()
  const records = files.flatMap(file => {
    const text = readOutside(join(folder, file), 'record').toString('utf8')
    try {
      const { unit, station, product, verdict, ended } = parseRecord(text)
      if (unit === null) return []
      return [
        { ended, needed: { unit, station, product, verdict, sha256: createHash('sha256').update(text).digest('hex') } },
      ]
    } catch (error) {
      // Left out, a FAIL that was changed into a PASS would leave the PASS before it as the unit's last word.
      if (error instanceof RecordError) throw error
      return []
    }
  })
  if (records.length === 0)
    throw new LineInputError('inspections-missing', `There is no inspection record of a known unit in ${folder}.`)
  return records.sort((x, y) => (x.ended < y.ended ? -1 : 1)).map(({ needed }) => needed)
}
