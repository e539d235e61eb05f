/** One picture of the path from photograph to reading. */
export interface ExplainStep {
  /** Stage that it belongs to, e.g. `card`, `symbols`, `serial-card`. */
  readonly stage: string
  /** One sentence: what is to be seen, and what was made of it. */
  readonly caption: string
  readonly picture: ExplainPicture | null
}

export interface ExplainPicture {
  readonly mediaType: 'image/jpeg'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

/** Why a photograph was read as it was. Secrets are blacked out or left away unless a person asked to see them. */
export interface Explanation {
  readonly photographId: string
  readonly product: string
  readonly steps: readonly ExplainStep[]
}

/** A self-contained page of explanations: no scripts, no outside references. */
export function explainHtml(
  explanations: readonly { readonly name: string; readonly explanation: Explanation }[],
): string {
  const pages = explanations.map(({ name, explanation }) => {
    const steps = explanation.steps.map(step => {
      const { picture } = step
      const image =
        picture === null
          ? ''
          : `<img width="${picture.width}" height="${picture.height}" alt="" src="data:${picture.mediaType};base64,${base64(picture.bytes)}">`
      return `<figure><figcaption><b>${escaped(step.stage)}</b> ${escaped(step.caption)}</figcaption>${image}</figure>`
    })
    return `<section><h2>${escaped(name)}</h2><p>${escaped(explanation.product)} · <code>${escaped(explanation.photographId)}</code></p>${steps.join('\n')}</section>`
  })
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>What Assay saw</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222; background: #fff }
figure { margin: 1.5rem 0 } figcaption { margin-bottom: .4rem } img { max-width: 100%; height: auto; border: 1px solid #ccc }
code { font-size: .8em; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b } img { border-color: #444 } }
</style>
<h1>What Assay saw</h1>
${pages.join('\n')}
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
}
