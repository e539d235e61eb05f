import { useState } from 'preact/hooks'
import type { Refusal } from '../bench-state.ts'
import { sendPicture } from './connection.ts'
import { useWords } from './words.ts'

interface HandInProps {
  /** Those that are there for the next card. */
  readonly pictures: readonly string[]
  readonly say: (refused: Refusal | null) => void
}

/** Photographs of a card from files, or from a phone's camera: chosen, or dropped here. */
export function HandIn({ pictures, say }: HandInProps) {
  const { hand: words } = useWords()
  const [isOver, setOver] = useState(false)
  const take = async (files: Iterable<File>) => {
    for (const file of files) say((await sendPicture(file)) ?? null)
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
        void take(event.dataTransfer?.files ?? [])
      }}
    >
      <label>
        {words.choose}
        <input
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
      {pictures.length > 0 && <p>{words.there(pictures.length, pictures.join(', '))}</p>}
    </fieldset>
  )
}
