import { useEffect, useState } from 'preact/hooks'
import type { NetworkView } from '../network-view.ts'
import { askNetwork } from './connection.ts'
import { useWords } from './words.ts'

/** How a phone comes here, where the bench lets others on its network in: a code to scan, and what its browser will ask. */
export function Phone() {
  const { phone: words } = useWords()
  const [network, setNetwork] = useState<NetworkView | null>(null)
  useEffect(() => {
    void askNetwork().then(answer => setNetwork(answer !== undefined && 'done' in answer ? answer.done : null))
  }, [])
  // Whoever came through that door needs no way to it.
  if (network === null || network.url.startsWith(`${location.origin}/`)) return null
  const { url, fingerprint, code } = network
  const side = code.sideModules
  return (
    <details class="phone">
      <summary>{words.title}</summary>
      <p>{words.scan}</p>
      <svg viewBox={`0 0 ${side} ${side}`} role="img" aria-label={words.code}>
        <path class="paper" d={`M0 0h${side}v${side}h-${side}z`} />
        <path class="ink" d={code.path} />
      </svg>
      <p>
        <code>{url}</code>
      </p>
      <p>{words.warned}</p>
      <p>
        <code>{fingerprint}</code>
      </p>
    </details>
  )
}
