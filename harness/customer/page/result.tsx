import { useState } from 'preact/hooks'
import { coinTitles, everyNetworkBook, isTestCoin } from '../every-network.ts'
import type { OpenedCard } from '../open-card.ts'
import { Copy } from './copy.tsx'
import { unremembered } from './passphrase-field.tsx'
import { QrCode } from './qr-code.tsx'
import { useWords } from './words.ts'

interface Props {
  readonly card: OpenedCard
  /** The reading that opened it, where it is not what was typed. */
  readonly otherwise: string | null
}

/** What a card holds: its addresses for every coin and, where it was opened, its key. */
export function Result({ card, otherwise }: Props) {
  const words = useWords()
  const { addresses, convention, lot, sequence, keys } = card
  const shown = Object.entries(addresses).filter(([key]) => !isTestCoin(key) || key === convention)
  return (
    <>
      <p class="good">{keys === null ? words.result.verified : words.result.opened}</p>
      {otherwise !== null && <p class="note">{words.result.otherwise(otherwise)}</p>}
      {convention !== 'btc_p2pkh' && (
        <p class="note">{words.result.convention(coinTitles[convention] ?? convention)}</p>
      )}
      {lot !== null && sequence !== null && <p>{words.result.lot(lot, sequence)}</p>}
      <p>{words.result.compare}</p>
      <Compare card={card} />
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
              <th scope="row">{coinTitles[key] ?? key}</th>
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

/** An address as it stands on the card, held against the key's own. */
function Compare({ card }: Pick<Props, 'card'>) {
  const words = useWords()
  const [typed, setTyped] = useState('')
  const text = typed.replaceAll(/\s/gu, '')
  const { canonical, checksum } = everyNetworkBook.readAddress(text)
  const same = Object.entries(card.addresses).filter(([, address]) => address === canonical)
  const outcome = text === '' ? null : same.length > 0 ? 'same' : checksum === 'invalid' ? 'damaged' : 'other'
  return (
    <>
      <label for="address">{words.address.label}</label>
      <input
        id="address"
        value={typed}
        {...unremembered}
        aria-describedby="address-said"
        onInput={({ currentTarget: { value } }) => setTyped(value)}
      />
      <p id="address-said" aria-live="polite" class={outcome === 'same' ? 'good' : 'bad'}>
        {outcome === 'same' && words.address.same(same.map(([key]) => coinTitles[key] ?? key).join(', '))}
        {outcome === 'damaged' && words.address.damaged}
        {outcome === 'other' && words.address.other}
      </p>
    </>
  )
}

/** Not on the screen, nor in what is printed, until it is asked for. */
function Keys({ wif, hex }: NonNullable<OpenedCard['keys']>) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  return (
    <section class="keys" aria-labelledby="keys">
      <h3 id="keys">{words.result.keys}</h3>
      <p class="bad">{words.result.keysWarning}</p>
      <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? words.result.hideKeys : words.result.showKeys}
      </button>
      {shown &&
        [
          [words.result.wif, wif],
          [words.result.hex, hex],
        ].map(([title, key]) => (
          <div key={title}>
            <h4>{title}</h4>
            <code>{key}</code> <Copy text={key!} />
            <QrCode text={key!} />
          </div>
        ))}
    </section>
  )
}
