import { writeFileSync } from 'node:fs'
import { inspectionRecordJsonSchema } from './inspection-record.ts'

// node harness/record/write-schema.ts: writes the record's JSON Schema beside this file.
const file = new URL('inspection-record.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(inspectionRecordJsonSchema(), null, 2)}\n`)
