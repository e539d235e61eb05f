import { type Markup, Markup as MarkupText, markup } from './markup.ts'

/** What stands in a page's head. */
export interface PageHead {
  readonly title: string
  /** Our own style sheet. */
  readonly style: string
  /** Version of the Assay that made what is shown; none where that is not known. */
  readonly version: string
  /** May pictures stand in it, as data? Default: no. */
  readonly pictures?: boolean
}

/** Stands in the head of every page, whichever version made it. */
export const pageMark = '<meta name="generator" content="assay '

/** A whole page that needs nothing else: no script, nothing loaded from outside. */
export function htmlPage({ title, style, version, pictures = false }: PageHead, body: Markup): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${pictures ? 'img-src data:; ' : ''}style-src 'unsafe-inline'">
<meta name="generator" content="assay ${version}">
<title>${title}</title>
<style>${MarkupText.trusted(style)}</style>
</head>
<body>
${body}
</body>
</html>
`
  return page.text
}

/** A table that scrolls by itself where it is too wide. @param heads a `#` before those of numbers */
export function wideTable(label: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const head = (text: string) =>
    text.startsWith('#')
      ? markup`<th scope="col" class="number">${text.slice(1)}</th>`
      : markup`<th scope="col">${text}</th>`
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${`Table: ${label}`}"><table><thead><tr>${heads.map(head)}</tr></thead><tbody>
${rows}</tbody></table></div>`
}
