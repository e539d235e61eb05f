import type { Verdict } from '../harness/core/vocabulary.ts'
import { Markup, markup } from './markup.ts'

/** The verdict's class name in the style sheet. */
export const verdictClass = (verdict: Verdict): string => verdict.toLowerCase()

/** One outline for each verdict: shapes are told apart without colour and in print. */
export const signDefinitions: Markup =
  Markup.trusted(`<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute">
<symbol id="sign-pass" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11" fill="currentColor"/><path d="M6.8 12.4l3.6 3.6 7-7.6" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></symbol>
<symbol id="sign-inconclusive" viewBox="0 0 24 24"><path d="M12 .6L23.4 12 12 23.4.6 12z" fill="currentColor"/><path d="M9.3 9.7c.2-1.6 1.3-2.5 2.8-2.5 1.6 0 2.8 1 2.8 2.5 0 2.2-2.7 2.1-2.7 4.3" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/><circle cx="12.1" cy="17" r="1.4" fill="#fff"/></symbol>
<symbol id="sign-fail" viewBox="0 0 24 24"><path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" fill="currentColor"/><path d="M8 8l8 8M16 8l-8 8" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></symbol>
<symbol id="sign-error" viewBox="0 0 24 24"><path d="M12 1.4L23.2 21.6H.8z" fill="currentColor" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/><path d="M12 8.4v6.2" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><circle cx="12" cy="18.2" r="1.5" fill="#fff"/></symbol>
</svg>`)

/** The shape alone: for places where the word stands beside it. */
export function verdictSign(verdict: Verdict): Markup {
  return markup`<svg class="sign ${verdictClass(verdict)}" aria-hidden="true" focusable="false"><use href="#sign-${verdictClass(verdict)}"/></svg>`
}

/** Shape and word. */
export function verdictBadge(verdict: Verdict, size: 'normal' | 'large' = 'normal'): Markup {
  return markup`<span class="badge ${verdictClass(verdict)}${size === 'large' ? ' large' : ''}">${verdictSign(verdict)}${verdict}</span>`
}
