import { useEffect, useState } from 'preact/hooks'
import { comparedAddress } from '../card-address.ts'
import { coinTitles, isTestCoin } from '../every-network.ts'
import type { OpenedCard } from '../open-card.ts'
import { Copy } from './copy.tsx'
import { unremembered } from './private-field.ts'
import { QrCode } from './qr-code.tsx'
import { CameraScan, PhotographScan } from './scanner.tsx'
import { useWords } from './words.ts'

interface Props {
  readonly card: OpenedCard
  /** The reading that opened it, where it is not what was typed. */
  readonly otherwise: string | null
  /** The address on the card, as far as it was typed or read. */
  readonly address: string
  readonly onAddress: (address: string) => void
}

const titleOf = (key: string): string => coinTitles[key] ?? key

/** What a card holds: its addresses for every coin and, where it was opened, its key. */
export function Result({ card, otherwise, address: typed, onAddress }: Props) {
  const words = useWords()
  const { addresses, convention, lot, sequence, keys } = card
  const shown = Object.entries(addresses).filter(([key]) => !isTestCoin(key) || key === convention)
  return (
    <>
      <p class="good">{keys === null ? words.result.verified : words.result.opened}</p>
      {otherwise !== null && <p class="note">{words.result.otherwise(otherwise)}</p>}
      {convention !== 'btc_p2pkh' && <p class="note">{words.result.convention(titleOf(convention))}</p>}
      {isTestCoin(convention) && <p class="bad">{words.result.testNetwork}</p>}
      {lot !== null && sequence !== null && <p>{words.result.lot(lot, sequence)}</p>}
      <Compare addresses={addresses} typed={typed} onTyped={onAddress} />
      {keys !== null && <Keys {...keys} />}
      <table>
        <thead>
          <tr>
            <th scope="col">{words.result.coin}</th>
            <th scope="col">{words.result.addressOf}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([key, address]) => (
            <tr key={key}>
              <th scope="row">{titleOf(key)}</th>
              <td>
                <code>{address}</code> <Copy text={address} />
                <QrCode text={address} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {addresses['btc_p2wpkh'] === undefined && <p class="note">{words.result.noSegwit}</p>}
      <p class="actions">
        <button type="button" onClick={() => print()}>
          {words.result.print}
        </button>
      </p>
    </>
  )
}

interface CompareProps {
  readonly addresses: OpenedCard['addresses']
  readonly typed: string
  readonly onTyped: (address: string) => void
}

/** An address as it stands on the card, held against the key's own: without it nothing says that the codes are this card's. */
function Compare({ addresses, typed, onTyped }: CompareProps) {
  const { address: words } = useWords()
  const compared = comparedAddress(addresses, typed)
  const { outcome } = compared
  const coins = 'coins' in compared ? compared.coins.map(titleOf).join(', ') : ''
  const scanned = (texts: readonly string[]): boolean => {
    const text = texts.find(one => !['unfinished', 'empty'].includes(comparedAddress(addresses, one).outcome))
    if (text !== undefined) onTyped(text)
    return text !== undefined
  }
  return (
    <div class="compare">
      <p id="address-why">{words.why}</p>
      <label for="address">{words.label}</label>
      <input
        id="address"
        value={typed}
        {...unremembered}
        aria-describedby="address-why address-said"
        onInput={({ currentTarget: { value } }) => onTyped(value)}
      />
      <p id="address-said" aria-live="polite" class={said[outcome]}>
        {outcome === 'same' && `✓ ${words.same(coins)}`}
        {outcome === 'test' && `✗ ${words.test(coins)}`}
        {outcome === 'damaged' && words.damaged}
        {outcome === 'unfinished' && words.unfinished}
        {outcome === 'other' && `✗ ${words.other}`}
      </p>
      <p class="actions">
        <CameraScan onTexts={scanned} />
        <PhotographScan onTexts={scanned} />
      </p>
    </div>
  )
}

const said = {
  same: 'good',
  test: 'bad',
  damaged: 'bad',
  other: 'bad',
  unfinished: undefined,
  empty: undefined,
} as const

/** Not on the screen, nor in what is printed, until it is asked for. */
function Keys({ wif, hex }: NonNullable<OpenedCard['keys']>) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    // Whoever comes back to the page after another one has taken its place does not find a key in plain sight.
    const look = () => {
      if (document.visibilityState === 'hidden') setShown(false)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return (
    <section class="keys" aria-labelledby="keys">
      <h3 id="keys">{words.result.keys}</h3>
      <p class="bad">{words.result.keysWarning}</p>
      <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? words.result.hideKeys : words.result.showKeys}
      </button>
      {shown && <p class="note">{words.result.copyWarning}</p>}
      {shown &&
        [
          [words.result.wif, wif],
          [words.result.hex, hex],
        ].map(([title, key]) => (
          <div key={title}>
            <h4>{title}</h4>
            <code>{key}</code> <Copy text={key!} secret />
            <QrCode text={key!} of={words.result.keys} />
          </div>
        ))}
    </section>
  )
}
