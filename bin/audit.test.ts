import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The names of the packages that run in the product and have a known fault of a serious kind; null where `report` holds no answer of a registry. */
function seriousIn(report: string): string[] | null {
  const { vulnerabilities } = JSON.parse(report) as { vulnerabilities?: Record<string, { severity: string }> }
  if (vulnerabilities === undefined) return null
  return Object.entries(vulnerabilities).flatMap(([name, { severity }]) =>
    ['high', 'critical'].includes(severity) ? [`${name}: ${severity}`] : [],
  )
}

const audit = () =>
  // Its exit code is 1 for faults and for no answer alike: only what it wrote tells them apart.
  new Promise<string>(resolve =>
    execFile('npm', ['audit', '--omit=dev', '--json'], { cwd: root, timeout: 60_000 }, (_, stdout) => resolve(stdout)),
  )

test('what a registry answers is told from no answer, and serious faults from slight ones', () => {
  expect(seriousIn('{"message":"405 Method Not Allowed","error":{}}')).toBeNull()
  expect(seriousIn('{"vulnerabilities":{}}')).toEqual([])
  expect(seriousIn('{"vulnerabilities":{"a":{"severity":"high"},"b":{"severity":"low"}}}')).toEqual(['a: high'])
})

// A fault may become known at any time, so that a checkout that was green turns red: that is for CI, not for whoever works on something.
test.runIf(process.env.CI)('no package that runs in the product has a known serious fault', async context => {
  const serious = seriousIn((await audit()) || '{}')
  if (serious === null) context.skip('no registry answers an audit here')
  expect(serious).toEqual([])
})
