import type { ScryptEngine } from '../../bip38/scrypt/engine.ts'
import type { Random } from '../../core/random.ts'
import type { Secret } from '../../core/secret.ts'
import type { SiteName } from '../ledger/steps.ts'
import type { SiteNews } from './site-request.ts'

/** Everything that a step of a site works with; nothing else is reached for. */
export interface Workplace {
  /** The site's own folder, absolute. */
  readonly folder: string
  readonly site: SiteName
  readonly operator: string
  /** Opens the site's keys; never on disk. */
  readonly password: Secret
  /** What a guess of the password costs (scrypt's N). Default: the usual. */
  readonly passwordCost?: number
  readonly airGap: 'enforced' | 'not-enforced'
  readonly now: () => Date
  readonly random: Random
  readonly scrypt: ScryptEngine
  /** Heavy scrypts that run at a time. */
  readonly parallel: number
  readonly signal: AbortSignal
  readonly tell: (news: SiteNews) => void
}
