import { anyCard } from './card-form.ts'
import { codeKinds, typedCode } from './typed-code.ts'
import { hasOddBlanks, letterOfOtherScript } from './typed-passphrase.ts'

/** So many characters at least: shorter ones are found by trying. */
const shortestSafe = 12

/** `code`: a code or an address, which others have too: it is no passphrase. */
export type OwnPassphraseFault = 'code' | 'odd-blanks' | 'two-scripts' | 'short'

/** What is to be said of a passphrase that somebody chooses for cards to come, worst first; after `code` none is made. */
export function ownPassphraseFaults(passphrase: string): readonly OwnPassphraseFault[] {
  if (passphrase === '') return []
  const { outcome } = typedCode(passphrase, codeKinds.open, anyCard)
  if (outcome === 'sound' || outcome === 'other-kind') return ['code']
  return [
    ...(hasOddBlanks(passphrase) ? (['odd-blanks'] as const) : []),
    ...(letterOfOtherScript(passphrase) === null ? [] : (['two-scripts'] as const)),
    ...([...passphrase].length < shortestSafe ? (['short'] as const) : []),
  ]
}
