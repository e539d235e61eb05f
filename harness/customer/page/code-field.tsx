import type { CardForm } from '../card-form.ts'
import type { Messages } from '../messages/index.ts'
import { codeKinds, type TypedCode, typedCode } from '../typed-code.ts'
import { unremembered } from './private-field.ts'
import { CodeScan } from './scanner.tsx'
import { useWords } from './words.ts'

interface Props {
  readonly way: 'verify' | 'open'
  readonly form: CardForm
  readonly read: TypedCode
  readonly text: string
  readonly onChange: (value: string) => void
}

/** Where a code is typed, scanned, or taken from a photograph. */
export function CodeField({ way, form, read, text, onChange }: Props) {
  const words = useWords()
  const { confirmation, confirmationHint, confirmationOnCard, epk, epkHint } = words.code
  const isVerify = way === 'verify'
  const nameOf = (one: string) => {
    const { outcome, ...its } = typedCode(one, codeKinds[way], form)
    return outcome === 'sound' && 'text' in its ? its.text : null
  }
  const isOfOthers = read.outcome === 'sound' && !read.fitsProduct
  const isBad =
    read.outcome === 'unsound' ||
    read.outcome === 'other-kind' ||
    read.outcome === 'secret' ||
    read.outcome === 'spoilt'
  return (
    <>
      <label for="code">{isVerify ? confirmation : epk}</label>
      <p id="code-hint">
        {isVerify ? confirmationHint : epkHint}
        {isVerify && form.printsConfirmationCode && ` ${confirmationOnCard}`}
      </p>
      <textarea
        id="code"
        rows={3}
        value={text}
        aria-describedby="code-hint code-said"
        aria-invalid={isBad}
        {...unremembered}
        onInput={({ currentTarget: { value } }) => onChange(value)}
      />
      <p id="code-said" aria-live="polite" class={isBad || isOfOthers ? 'bad' : undefined}>
        {said(read, words)}
      </p>
      <CodeScan field={text} nameOf={nameOf} onNew={() => onChange('')} onText={onChange} />
    </>
  )
}

function said(read: TypedCode, words: Messages): string {
  switch (read.outcome) {
    case 'empty':
      return ''
    case 'sound':
      return read.fitsProduct ? words.code.sound : words.code.otherProduct
    case 'secret':
      return words.code.secret
    case 'spoilt':
      return words.code.spoilt[read.by]
    case 'other-kind':
      return words.code.otherKind(words.code.kinds[read.kind])
    case 'unsound': {
      const isShort = read.typed < read.needed && read.why !== 'not-base58'
      return isShort ? words.code.length(read.typed, read.needed) : words.refused[read.why]
    }
  }
}
