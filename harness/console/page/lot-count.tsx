import { useState } from 'preact/hooks'
import type { LotCount } from '../lot-count.ts'
import type { Messages } from '../messages/index.ts'
import { askLotCount, type Said } from './connection.ts'
import { KeyButton } from './key-button.tsx'
import { useWords } from './words.ts'

/** What becomes of the lot's units, and how strictly it is inspected: counted when somebody asks, since the whole journal is read for it. */
export function LotCounted() {
  const { lot: words, lost } = useWords()
  const [said, setSaid] = useState<Said<LotCount | null> | null>(null)
  const ask = async () => setSaid(await askLotCount())
  const failed = said === undefined ? lost : said !== null && 'why' in said ? said.why : null
  return (
    <>
      <KeyButton keyName="c" run={() => void ask()}>
        {words.count}
      </KeyButton>
      <div role="status">
        {failed}
        {said != null && 'done' in said && (said.done === null ? words.countNone : <Counted count={said.done} />)}
      </div>
    </>
  )
}

function Counted({ count: { quantities, notGood, opening, next } }: { readonly count: LotCount }) {
  const { lot: words } = useWords()
  return (
    <>
      <p>
        <b>{words.quantities(quantities)}</b>
      </p>
      {notGood > 0 && <p class="alarm">{words.notGood(notGood)}</p>}
      <p>{opening === null ? words.noOpening : openingText(opening, words)}</p>
      {next !== null && <p>{words.next(next.decided, words.inspections[next.inspection])}</p>}
      <p class="quiet">{words.countMeans}</p>
    </>
  )
}

function openingText(
  { basis, sample, accept, reject }: NonNullable<LotCount['opening']>,
  words: Messages['lot'],
): string {
  const by =
    basis.by === 'claim'
      ? words.claim(percent(basis.confidence), percent(basis.badShare))
      : words.table(basis.by, words.inspections[basis.inspection], basis.level, basis.limit)
  return words.opening(sample, by, accept, reject)
}

const percent = (share: number) => `${Number((100 * share).toFixed(4))} %`
