import type { ComponentChildren } from 'preact'

/** What may be wider than a phone: it scrolls by itself, and by keys too. */
export function Wide({ children }: { readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys (WCAG 2.1.1).
    <div class="wide" tabIndex={0}>
      {children}
    </div>
  )
}
