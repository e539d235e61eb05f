import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { Night, NightStep } from '../../harness/lots/nightly/night.ts'
import { nightJunit } from './night-junit.ts'

const night = (states: readonly NightStep['state'][], ended: string | null = '2026-07-20T03:00:00.000Z'): Night => ({
  rig: 'bench <1>',
  product: 'assay-reference',
  version: '0.1.0',
  started: '2026-07-20T02:30:00.000Z',
  ended,
  steps: states.map(state => ({ name: 'health', state, because: `It is ${state}.` })),
  trends: [],
})
const isGreen = (xml: string) => !/<(?:failure|error) /.test(xml)

test('a night is green when all of it is well and it came to its end, and only then', () => {
  expect(isGreen(nightJunit(night(['good', 'left-out'])))).toBe(true)
  expect(isGreen(nightJunit(night(['good'], null)))).toBe(false)
  for (const state of ['doubt', 'bad'] as const) expect(isGreen(nightJunit(night(['good', state])))).toBe(false)
})

test('the file follows junit-10.xsd', async () => {
  const contents = readFileSync(join(import.meta.dirname, '..', 'schemas', 'junit-10.xsd'), 'utf8')
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: nightJunit(night(['good', 'doubt', 'bad', 'left-out'], null)) }],
    schema: [{ fileName: 'junit-10.xsd', contents }],
  })
  expect(errors).toEqual([])
})
