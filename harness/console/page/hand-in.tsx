import { useRef, useState } from 'preact/hooks'
import type { Refusal } from '../bench-state.ts'
import { Camera } from './camera.tsx'
import { sendPicture } from './connection.ts'
import { useKeys } from './keys.ts'
import { Phone } from './phone.tsx'
import { useWords } from './words.ts'

interface HandInProps {
  /** Those that are there for the next card. */
  readonly pictures: readonly string[]
  /** Which card they are of. */
  readonly card: number
  /** How many are still on their way: the card is not judged before they are there. */
  readonly onComing: (number: number) => void
  readonly say: (refused: Refusal | null | undefined) => void
}

/** Photographs of a card from files, or from a phone's camera: chosen, or dropped here. */
export function HandIn({ pictures, card, onComing, say }: HandInProps) {
  const { hand: words } = useWords()
  const [isOver, setOver] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  useKeys({ f: () => files.current?.click() })
  const take = async (files: readonly File[]) => {
    onComing(files.length)
    try {
      for (const file of files) say(await sendPicture(file, card))
    } finally {
      onComing(-files.length)
    }
  }
  return (
    <fieldset
      aria-label={words.choose}
      class={isOver ? 'hand-in over' : 'hand-in'}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        void take([...(event.dataTransfer?.files ?? [])])
      }}
    >
      <label>
        {words.choose} <kbd>F</kbd>
        <input
          ref={files}
          type="file"
          accept="image/*"
          multiple
          onChange={({ currentTarget }) => {
            void take([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
      </label>
      <p class="quiet">{words.drop}</p>
      <Camera onPicture={picture => void take([picture])} />
      <Phone />
      {pictures.length > 0 && <p>{words.there(pictures.length, pictures.join(', '))}</p>}
    </fieldset>
  )
}
