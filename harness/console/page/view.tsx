import { useEffect, useRef, useState } from 'preact/hooks'
import type { Phase } from '../bench-state.ts'
import { useWords } from './words.ts'

/** Is the live picture shown then? As the bench gives it. */
export const isSeenLive = (phase: Phase): boolean =>
  phase === 'waiting' || phase === 'warned' || phase === 'choosing' || phase === 'step'

/** ms between two pictures: five a second are enough to lay a card straight. */
const EVERY_MS = 200
/** And between two that there were none of, ms. */
const FAILED_MS = 2000

/** What is in view, picture by picture, while a card is waited for and somebody sees the page. */
export function LiveView({ isOn }: { readonly isOn: boolean }) {
  const { sections } = useWords()
  const image = useRef<HTMLImageElement>(null)
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    if (!isOn) return setShown(false)
    let isOver = false
    let url: string | null = null
    const show = async () => {
      if (isOver) return
      let isThere = document.hidden
      if (!document.hidden) {
        try {
          const answer = await fetch('view.jpg')
          if (answer.status === 200 && !isOver) {
            const before = url
            url = URL.createObjectURL(await answer.blob())
            if (image.current) image.current.src = url
            isThere = true
            if (before !== null) URL.revokeObjectURL(before)
          }
        } catch {
          // The page says that nobody answers; this goes on when somebody does.
        }
      }
      if (isOver) return
      // An old picture would be taken for what lies there now.
      setShown(isThere && !document.hidden)
      setTimeout(() => void show(), isThere ? EVERY_MS : FAILED_MS)
    }
    void show()
    return () => {
      isOver = true
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [isOn])
  return (
    <figure class="view">
      <img ref={image} alt={sections.view} hidden={!isShown} />
      {!isShown && <p class="quiet">{isOn ? sections.noViewNow : sections.noView}</p>}
      <figcaption>{sections.view}</figcaption>
    </figure>
  )
}
