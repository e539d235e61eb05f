import { useEffect, useState } from 'preact/hooks'
import { Words } from './words.ts'

/** What the page's own surroundings mean for secrets. Once something was typed, advice to go elsewhere comes too late. */
export function Surroundings({ isEmpty }: { readonly isEmpty: boolean }) {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    for (const event of ['online', 'offline']) addEventListener(event, look)
    return () => {
      for (const event of ['online', 'offline']) removeEventListener(event, look)
    }
  }, [])
  return (
    <Words.Consumer>
      {words => (
        <>
          {!isSecureContext && (
            <p role="alert" class="bad">
              {words.insecure}
            </p>
          )}
          {online && isEmpty && <p class="note">{words.online[location.protocol === 'file:' ? 'file' : 'served']}</p>}
        </>
      )}
    </Words.Consumer>
  )
}
