import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { InspectionRecord } from './inspection-record.ts'

/** The record's JSON Schema (draft 2020-12), for whoever reads records in another language. */
export const recordSchemaFile = new URL('inspection-record.schema.json', import.meta.url)

/** What must stand in {@link recordSchemaFile}; `node harness/record/record-schema.testing.ts` writes it there. */
export function recordJsonSchema(): object {
  return { title: 'Assay inspection record', ...z.toJSONSchema(InspectionRecord) }
}

if (import.meta.main) writeFileSync(recordSchemaFile, `${JSON.stringify(recordJsonSchema(), null, 2)}\n`)
