import { useEffect, useState } from 'preact/hooks'
import { addressName, bareAddress, type ComparedAddress, comparedAddress, scannedText } from '../card-address.ts'
import { coinTitles, isTestCoin } from '../every-network.ts'
import type { OpenedCard } from '../open-card.ts'
import { Copy, wasCopiedHere } from './copy.tsx'
import { unremembered } from './private-field.ts'
import { QrCode } from './qr-code.tsx'
import { CodeScan } from './scanner.tsx'
import { useWords } from './words.ts'

interface Props {
  readonly card: OpenedCard
  /** The reading that opened it, where it is not what was typed. */
  readonly otherwise: string | null
  /** Whether what was typed may be seen: this reading no less. */
  readonly shown: boolean
  /** The address on the card, as far as it was typed or read. */
  readonly address: string
  readonly onAddress: (address: string) => void
}

const titleOf = (key: string): string => coinTitles[key] ?? key

/** What a card holds: its addresses for every coin and, where it was opened, its key. */
export function Result({ card, otherwise, shown, address: typed, onAddress }: Props) {
  const words = useWords()
  const { addresses, convention, lot, sequence, keys } = card
  const compared = comparedAddress(addresses, typed)
  // Of a code that is not the card's, nobody is to send anything to them: only who has its key has what lies there.
  const isShown = keys !== null || !isAgainst[compared.outcome]
  const rows = Object.entries(addresses).filter(([key]) => !isTestCoin(key) || key === convention)
  return (
    <>
      <p key={compared.outcome} class={isAgainst[compared.outcome] ? undefined : 'good'}>
        {keys === null ? words.result.verified : words.result.opened}
      </p>
      {otherwise !== null && (
        <p class="note">{shown ? words.result.otherwise(otherwise) : words.result.otherwiseHidden}</p>
      )}
      {convention !== 'btc_p2pkh' && <p class="note">{words.result.convention(titleOf(convention))}</p>}
      {isTestCoin(convention) && <p class="bad">{words.result.testNetwork}</p>}
      {lot !== null && sequence !== null && <p>{words.result.lot(lot, sequence)}</p>}
      <Compare addresses={addresses} compared={compared} typed={typed} onTyped={onAddress} />
      {keys !== null && <Keys {...keys} />}
      {isShown && <Addresses rows={rows} hasSegwit={addresses['btc_p2wpkh'] !== undefined} />}
    </>
  )
}

interface AddressesProps {
  /** Keys of coins, and the address of each. */
  readonly rows: readonly (readonly [string, string])[]
  readonly hasSegwit: boolean
}

function Addresses({ rows, hasSegwit }: AddressesProps) {
  const words = useWords()
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.result.coin}</th>
            <th scope="col">{words.result.addressOf}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, address]) => (
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
      {!hasSegwit && <p class="note">{words.result.noSegwit}</p>}
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
  readonly compared: ComparedAddress
  readonly typed: string
  readonly onTyped: (address: string) => void
}

/** An address as it stands on the card, held against the key's own: without it nothing says that the codes are this card's. */
function Compare({ addresses, compared, typed, onTyped }: CompareProps) {
  const { address: words } = useWords()
  const { outcome } = compared
  const coins = 'coins' in compared ? compared.coins.map(titleOf).join(', ') : ''
  const [fromHere, setFromHere] = useState(false)
  return (
    <div class={`compare ${outcome}`}>
      <p id="address-why">{words.why}</p>
      <label for="address">{words.label}</label>
      <input
        id="address"
        value={typed}
        {...unremembered}
        aria-describedby="address-why address-said"
        onInput={({ currentTarget: { value } }) => {
          setFromHere(false)
          onTyped(value)
        }}
        onPaste={event => {
          const isOurs = wasCopiedHere(event.clipboardData?.getData('text') ?? '')
          setFromHere(isOurs)
          if (isOurs) event.preventDefault()
        }}
      />
      {fromHere && (
        <p role="alert" class="bad">
          {words.fromHere}
        </p>
      )}
      <div aria-live="polite">
        {/* Put anew with each verdict: whatever changed its text meanwhile, a translator say, no old one stays. */}
        <p key={`${outcome} ${typed}`} id="address-said" class={said[outcome]}>
          {said[outcome] !== undefined && outcome !== 'no-address' && outcome !== 'secret' && (
            <code class="printed">{bareAddress(typed)} </code>
          )}
          {outcome === 'same' && `✓ ${words.same(coins)}`}
          {outcome === 'test' && `✗ ${words.test(coins)}`}
          {outcome === 'wrong-coin' && `✗ ${words.wrongCoin}`}
          {outcome === 'more' && `✗ ${words.more}`}
          {outcome === 'damaged' && `✗ ${words.damaged}`}
          {outcome === 'unfinished' && words.unfinished}
          {outcome === 'no-address' && `✗ ${words.noAddress}`}
          {outcome === 'secret' && `✗ ${words.secret}`}
          {outcome === 'other' && `✗ ${words.other}`}
        </p>
      </div>
      <CodeScan
        field={typed}
        nameOf={text => addressName(addresses, text)}
        onNew={() => onTyped('')}
        onText={text => onTyped(scannedText(text))}
      />
    </div>
  )
}

const said = {
  same: 'good',
  test: 'bad',
  damaged: 'bad',
  other: 'bad',
  'wrong-coin': 'bad',
  more: 'bad',
  'no-address': 'bad',
  secret: 'bad',
  unfinished: undefined,
  empty: undefined,
} as const

/** What speaks against the card: nothing beside it is said as if all were well. */
const isAgainst: Partial<Record<ComparedAddress['outcome'], true>> = {
  other: true,
  'wrong-coin': true,
  more: true,
  'no-address': true,
  secret: true,
  damaged: true,
  test: true,
}

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
    <section class="keys secret" aria-labelledby="keys">
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
