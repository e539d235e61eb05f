import type { CardPicture } from '../../products/card-picture.ts'
import type { SpotCheckView } from '../bench-state.ts'

interface StepPictureProps {
  readonly card: CardPicture
  readonly step: NonNullable<SpotCheckView['at']>
  /** What it shows, for whoever cannot see it. */
  readonly label: string
}

type Mark = CardPicture['marks'][number]

/** How the card looks while each step is done. */
const stateAt = { sealed: 'sealed', scratched: 'etched', opened: 'opened' } as const

/** The product's own card, with what a hand does to it: where its things lie comes from its profile, and no text of it is there. mm. */
export function StepPicture({ card, step, label }: StepPictureProps) {
  const { width, height, radius, sticker, marks } = card
  const shown = marks.filter(({ states }) => states.includes(stateAt[step]))
  const covers = marks.filter(({ kind, states }) => kind === 'cover' && states.includes('sealed'))
  return (
    <svg class="card" viewBox={`-4 -4 ${width + 8} ${height + 8}`} role="img" aria-label={label}>
      <rect width={width} height={height} rx={radius} class="steel" />
      {sticker !== null && (
        <rect
          {...box(sticker)}
          rx="1"
          fill={step === 'opened' ? sticker.bottom : sticker.top}
          class={step === 'opened' ? 'done' : 'edge'}
        />
      )}
      {shown.map((mark, i) => (
        // Of one card, whose marks never change.
        <Drawn key={i} mark={mark} />
      ))}
      {step === 'scratched' && covers.map((mark, i) => <Scratched key={i} mark={mark} />)}
      {step === 'opened' && sticker !== null && <Peeled sticker={sticker} />}
      {step === 'sealed' && <path class="hand" d={`M${width / 2} -3.5v5m-2 -2l2 2.5 2 -2.5`} />}
    </svg>
  )
}

const box = ({ x, y, width, height }: Pick<Mark, 'x' | 'y' | 'width' | 'height'>) => ({ x, y, width, height })

function Drawn({ mark }: { readonly mark: Mark }) {
  const { kind, x, y, width, height, lines } = mark
  if (kind === 'cover') return <rect {...box(mark)} class="cover" />
  if (kind === 'text') {
    const pitch = height / Math.max(1, lines)
    return (
      <path
        class="text"
        d={Array.from({ length: lines }, (_, i) => `M${x} ${y + pitch * (i + 0.5)}h${width}`).join('')}
        stroke-width={pitch * 0.45}
      />
    )
  }
  // A symbol by its three finders: drawn, it holds nothing.
  const [finder, right, low] = [width * 0.28, x + width * 0.72, y + height * 0.72]
  return (
    <g class="symbol">
      <rect {...box(mark)} class="ground" />
      {[
        [x, y],
        [right, y],
        [x, low],
      ].map(([left, top]) => (
        <rect
          key={`${left} ${top}`}
          x={left! + finder * 0.14}
          y={top! + finder * 0.14}
          width={finder * 0.72}
          height={finder * 0.72}
          stroke-width={finder * 0.24}
        />
      ))}
      <path
        d={`M${x + width * 0.4} ${y + height * 0.5}h${width * 0.55}m${-width * 0.4} ${height * 0.25}h${width * 0.4}`}
      />
    </g>
  )
}

/** Half of the cover is off, where a coin goes to and fro. */
function Scratched({ mark: { x, y, width, height } }: { readonly mark: Mark }) {
  const [from, step] = [x + width * 0.4, width * 0.09]
  const strokes = Array.from({ length: 6 }, (_, i) => `L${from + i * step} ${i % 2 === 0 ? y + height - 1 : y + 1}`)
  return (
    <>
      <rect x={x} y={y} width={width * 0.42} height={height} class="cover" />
      <path class="hand" d={`M${from - step} ${y + 1}${strokes.join('')}`} />
    </>
  )
}

/** The top layer comes off from its lower right corner. */
function Peeled({ sticker: { x, y, width, height, top } }: { readonly sticker: NonNullable<CardPicture['sticker']> }) {
  const [right, low] = [x + width, y + height]
  const [cutX, cutY] = [x + width * 0.25, y + height * 0.25]
  return (
    <>
      <path class="edge" fill={top} d={`M${x} ${y}H${right}V${cutY}L${cutX} ${low}H${x}z`} />
      <path class="edge fold" fill={top} d={`M${right} ${cutY}L${cutX} ${low}L${cutX - 2} ${cutY - 2}z`} />
      <path class="hand" d={`M${right - 2} ${low - 2}L${cutX + 3} ${cutY + 3}m0 4v-4h4`} />
    </>
  )
}
