import { describe, expect, it } from 'vitest'
import { drawProfile } from './drawing.ts'
import { loadProfile, shippedProfiles } from './load-profile.ts'

describe('drawProfile', () => {
  it('names every mark with its size, and every nominal measure', () => {
    for (const profile of shippedProfiles()) {
      const svg = drawProfile(profile)
      for (const { name, rect } of profile.marks) expect(svg).toContain(`${name} ${rect.width} × ${rect.height} mm`)
      expect(svg.match(/>nominal: /g)).toHaveLength(profile.nominal.length)
    }
  })

  it('lets no text of the profile become markup', () => {
    const svg = drawProfile({ ...loadProfile('assay-reference'), title: '<script>"&' })
    expect(svg).not.toContain('<script>')
    expect(svg).toContain('&lt;script&gt;&quot;&amp;')
  })
})
