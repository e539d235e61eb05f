import { useEffect, useState } from 'preact/hooks'
import { Words } from './words.ts'

/** What the page's own surroundings mean for secrets. */
export function Surroundings() {
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
          {online && <p class="note">{words.online}</p>}
        </>
      )}
    </Words.Consumer>
  )
}
