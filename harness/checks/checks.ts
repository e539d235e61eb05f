import type { CheckName } from '../core/vocabulary.ts'
import { addressMatches } from './address-matches.ts'
import type { Check } from './check.ts'
import { concealed } from './concealed.ts'
import {
  addressHash,
  codeIntegrity,
  confirmation,
  decryption,
  keyless,
  ownerEntropy,
  passphraseCommitment,
  profileMatch,
} from './core-checks.ts'
import { epkMatches } from './epk-matches.ts'
import { knownUnit } from './known-unit.ts'
import { layerIntact } from './layer-intact.ts'
import { nothingElse } from './nothing-else.ts'
import { serialsAgree } from './serials-agree.ts'
import { coverIntact, legibility, placement, printQuality } from './surface-checks.ts'

/** Every check, by name. A new one is a file and a line here, a name in `checkNames`, and a place in a station's plan. */
export const checks: Readonly<Record<CheckName, Check>> = {
  'known-unit': knownUnit,
  'code-integrity': codeIntegrity,
  'profile-match': profileMatch,
  'owner-entropy': ownerEntropy,
  'address-hash': addressHash,
  keyless,
  'passphrase-commitment': passphraseCommitment,
  confirmation,
  decryption,
  'serials-agree': serialsAgree,
  'address-matches': addressMatches,
  'epk-matches': epkMatches,
  concealed,
  'cover-intact': coverIntact,
  'layer-intact': layerIntact,
  placement,
  'print-quality': printQuality,
  legibility,
  'nothing-else': nothingElse,
}
