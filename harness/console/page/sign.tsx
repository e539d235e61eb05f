import type { Verdict } from '../../core/vocabulary.ts'

/** One outline a verdict, so that shapes are told apart without colour: as in the reports. */
const outlines: Readonly<Record<Verdict, { readonly shape: string; readonly inside: string }>> = {
  PASS: { shape: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z', inside: 'M6.8 12.4l3.6 3.6 7-7.6' },
  INCONCLUSIVE: {
    shape: 'M12 .6L23.4 12 12 23.4.6 12z',
    inside: 'M9.3 9.7c.2-1.6 1.3-2.5 2.8-2.5 1.6 0 2.8 1 2.8 2.5 0 2.2-2.7 2.1-2.7 4.3M12.1 17v.2',
  },
  FAIL: { shape: 'M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z', inside: 'M8 8l8 8M16 8l-8 8' },
  ERROR: { shape: 'M12 1.4L23.2 21.6H.8z', inside: 'M12 8.4v6.2M12 18.2v.2' },
}

export function Sign({ verdict }: { readonly verdict: Verdict }) {
  const { shape, inside } = outlines[verdict]
  return (
    <svg class={`sign ${verdict.toLowerCase()}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shape} fill="currentColor" />
      <path d={inside} fill="none" class="inside" />
    </svg>
  )
}
