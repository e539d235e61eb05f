import { z } from 'zod'
import { ProductProfile } from './profile.ts'

/** The profile format as JSON Schema (draft 2020-12), for editors. What crosses fields is checked by `assay product check`. */
export function profileJsonSchema(): object {
  return {
    title: 'Assay product profile',
    description: 'A kind of card: millimetres, origin top left of the front, x right, y down.',
    ...z.toJSONSchema(ProductProfile, { io: 'input' }),
  }
}
