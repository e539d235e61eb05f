import type { z } from 'zod'

/** Every key that objects in `schema` may have, at any depth; for suggestions where one was misspelt. */
export function fieldNamesOf(schema: z.core.$ZodType): string[] {
  const { def } = schema._zod
  const inner = (parts: readonly z.core.$ZodType[]) => parts.flatMap(fieldNamesOf)
  if (isOf(def, 'object')) {
    const shape = (def as z.core.$ZodObjectDef).shape
    return [...new Set([...Object.keys(shape), ...inner(Object.values(shape))])]
  }
  if (isOf(def, 'union')) return [...new Set(inner((def as z.core.$ZodUnionDef).options))]
  if (isOf(def, 'array')) return fieldNamesOf((def as z.core.$ZodArrayDef).element)
  if (isOf(def, 'record')) {
    const { keyType, valueType } = def as z.core.$ZodRecordDef
    const keys = keyType._zod.values ? [...keyType._zod.values].map(String) : []
    return [...keys, ...fieldNamesOf(valueType)]
  }
  return 'innerType' in def ? fieldNamesOf(def.innerType as z.core.$ZodType) : []
}

const isOf = (def: { readonly type: string }, type: string) => def.type === type
