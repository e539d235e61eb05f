import { useRef, useState } from 'preact/hooks'
import type { FaultView, SymptomView } from '../bench-state.ts'
import type { ScreenState } from '../screen-state.ts'
import { Charts } from './charts.tsx'
import { send } from './connection.ts'
import { KeyButton } from './key-button.tsx'
import { useKeys } from './keys.ts'
import { Sign } from './sign.tsx'
import { isSeenLive, LiveView } from './view.tsx'
import { Wide } from './wide.tsx'
import { useWords } from './words.ts'

const verdictOf = { good: 'PASS', bad: 'FAIL', 'not measured': 'INCONCLUSIVE' } as const

/** The rig by itself: what its doctor finds, and what is in view under each light and pose. */
export function RigPage({ state }: { readonly state: ScreenState }) {
  const { rig: words } = useWords()
  const { phase, symptoms, looks, said, bench } = state
  const isFree = phase === 'closed' || phase === 'ended'
  return (
    <>
      <section aria-labelledby="doctor">
        <h2 id="doctor">{words.doctor}</h2>
        <p class="quiet">{words.doctorHint}</p>
        <div class="choices">
          {isFree && bench?.source !== 'hand' && (
            <KeyButton keyName="e" class="main" run={() => void send({ do: 'examine' })}>
              {words.examine}
            </KeyButton>
          )}
          {phase === 'examining' && (
            <KeyButton keyName="s" run={() => void send({ do: 'stop', why: '' })}>
              {words.stopExamining}
            </KeyButton>
          )}
        </div>
        <p class="said" role="status">
          {phase === 'examining' ? words.examining : isFree ? said : words.inUse}
        </p>
        {symptoms.length > 0 && <Symptoms symptoms={symptoms} />}
      </section>
      <section aria-labelledby="looks">
        <h2 id="looks">{words.looks}</h2>
        {looks === null || !isSeenLive(phase) ? (
          <p class="quiet">{words.noLooks}</p>
        ) : (
          <>
            <Choices
              title={words.light}
              keyName="l"
              names={looks.lights}
              chosen={looks.light}
              choose={light => void send({ do: 'look', light, pose: looks.pose })}
            />
            <Choices
              title={words.pose}
              keyName="p"
              names={looks.poses}
              chosen={looks.pose}
              choose={pose => void send({ do: 'look', light: looks.light, pose })}
            />
            <LiveView isOn />
          </>
        )}
      </section>
      {state.faults.length > 0 && <Faults faults={state.faults} />}
      <Charts which="golden" />
      <p class="quiet">{words.teach}</p>
    </>
  )
}

interface ChoicesProps {
  readonly title: string
  /** Takes the next one. */
  readonly keyName: string
  readonly names: readonly string[]
  readonly chosen: string
  readonly choose: (name: string) => void
}

function Choices({ title, keyName, names, chosen, choose }: ChoicesProps) {
  useKeys({ [keyName]: () => choose(names[(names.indexOf(chosen) + 1) % names.length]!) })
  return (
    <fieldset class="choices">
      <legend>
        {title} <kbd>{keyName.toUpperCase()}</kbd>
      </legend>
      {names.map(name => (
        <button key={name} type="button" class="plain" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {name}
        </button>
      ))}
    </fieldset>
  )
}

function Symptoms({ symptoms }: { readonly symptoms: readonly SymptomView[] }) {
  const { rig: words } = useWords()
  return (
    <Wide>
      <table>
        <thead>
          <tr>
            {[words.device, words.what, words.found, words.limit].map(head => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {symptoms.map(({ device, name, state, value, limit, hint }) => (
            <tr key={`${device} ${name} ${value}`}>
              <td>{device}</td>
              <th scope="row">{name}</th>
              <td>
                <Sign verdict={verdictOf[state]} /> <span class="quiet">{words.states[state]}</span> {value}
                {hint !== '' && hint !== value && <p>{hint}</p>}
              </td>
              <td>{limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** What can go wrong, to see what the doctor and the checks make of it. */
function Faults({ faults }: { readonly faults: readonly FaultView[] }) {
  const { rig: words, refusals, lost } = useWords()
  const list = useRef<HTMLSelectElement>(null)
  const [name, setName] = useState(faults[0]!.name)
  const [refused, setRefused] = useState<string | null>(null)
  const isOn = faults.some(one => one.name === name && one.isOn)
  const planted = faults.filter(one => one.isOn)
  useKeys({ f: () => list.current?.focus() })
  const plant = async () => {
    const why = await send({ do: 'fault', name, isOn: !isOn })
    setRefused(why === undefined ? lost : why && refusals[why])
  }
  return (
    <section aria-labelledby="faults">
      <h2 id="faults">{words.faults}</h2>
      <p class="quiet">{words.faultsHint}</p>
      <label>
        {words.fault} <kbd>F</kbd>
        <select ref={list} value={name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
          {faults.map(one => (
            <option key={one.name} value={one.name}>
              {one.name}: {one.what}
            </option>
          ))}
        </select>
      </label>
      <div class="choices">
        <KeyButton keyName="v" run={() => void plant()}>
          {isOn ? words.takeAway : words.plant}
        </KeyButton>
      </div>
      <div role="status">
        {refused !== null && <p class="refused">{refused}</p>}
        {planted.length > 0 && (
          <ul>
            {planted.map(one => (
              <li key={one.name}>
                <b>{one.name}</b>: {one.what}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}
