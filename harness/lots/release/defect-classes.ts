import type { CheckName } from '../../core/vocabulary.ts'

/** How bad it is when a unit fails a check: a critical defect stops the lot, whatever its sample allows. */
export type DefectClass = 'critical' | 'major' | 'minor'

/** A wrong key, a wrong address or a secret that lies open is critical: whoever holds the unit loses money by it. */
const defectClasses: Readonly<Record<CheckName, DefectClass>> = {
  'known-unit': 'major',
  'code-integrity': 'critical',
  'profile-match': 'major',
  'owner-entropy': 'critical',
  'address-hash': 'critical',
  'passphrase-commitment': 'critical',
  confirmation: 'critical',
  decryption: 'critical',
  keyless: 'critical',
  'serials-agree': 'critical',
  'address-matches': 'critical',
  'epk-matches': 'critical',
  concealed: 'critical',
  'cover-intact': 'major',
  'layer-intact': 'major',
  placement: 'minor',
  'print-quality': 'minor',
  legibility: 'major',
  'nothing-else': 'major',
}

/** The class of a check by whatever name a record has it: one that nobody knows here is taken for the worst. */
export const defectClassOf = (check: string): DefectClass =>
  (defectClasses as Readonly<Record<string, DefectClass>>)[check] ?? 'critical'

/** The lines of page one: what was asked of every unit, and by which checks. */
export const checkGroups: readonly { readonly title: string; readonly checks: readonly CheckName[] }[] = [
  { title: 'All serials are equal', checks: ['serials-agree'] },
  { title: 'Deposit address, symbol and text, is that of the record', checks: ['address-matches'] },
  {
    title: 'Codes are whole and belong together',
    checks: ['known-unit', 'code-integrity', 'profile-match', 'owner-entropy', 'address-hash'],
  },
  { title: 'Encrypted key leads to the address', checks: ['keyless', 'epk-matches'] },
  { title: 'Passphrase opens its codes', checks: ['passphrase-commitment', 'confirmation'] },
  { title: 'Secrets are covered, covers whole', checks: ['concealed', 'cover-intact', 'layer-intact'] },
  { title: 'Nothing else is on the card', checks: ['nothing-else'] },
  { title: 'Print, engraving and placement', checks: ['placement', 'print-quality', 'legibility'] },
]
