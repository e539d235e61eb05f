import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { consolePage } from './console-page.ts'

test('the page with all its languages is small enough for any network', async () => {
  expect(gzipSync((await consolePage()).html).length).toBeLessThan(60_000)
})
