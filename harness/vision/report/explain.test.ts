import { describe, expect, it } from 'vitest'
import { explainHtml } from './explain.ts'

describe('the page that explains', () => {
  it('holds its pictures itself, and no markup of anybody else', () => {
    const picture = { mediaType: 'image/jpeg', bytes: Uint8Array.of(1, 2, 3), width: 3, height: 2 } as const
    const steps = [{ stage: '<script>', caption: 'a & "b" </html>', picture }]
    const html = explainHtml([{ name: 'x<img src=y>.jpg', explanation: { photographId: 'ab', product: 'p', steps } }])
    expect(html).toContain('src="data:image/jpeg;base64,AQID"')
    expect(html).not.toContain('<script')
    expect(html).not.toContain('<img src=y')
    expect(html).not.toMatch(/(src|href)="(?!data:)/)
    expect(html.match(/<\/html>/g)).toHaveLength(1)
  })
})
