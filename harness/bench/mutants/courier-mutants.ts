import { type Mutant, mutantsOf } from './mutant.ts'

const courier = ['harness/line/courier/courier.test.ts']

/** What may cross between the two sites, and what each of them makes sure of before it takes anything. */
export const courierMutants: readonly Mutant[] = [
  ...mutantsOf('harness/line/courier/envelope.ts', courier, [
    [
      'if (content === null || !isSignedBy(signer, signedBytes(content), signature)) {',
      'if (content === null) {',
      'whoever carries the manifest can change it',
    ],
    [
      '    text.length === head.length + content.length + tail.length &&\n',
      '',
      'something travels between the fields of a manifest',
    ],
    [
      '    text.startsWith(content, head.length)\n',
      '    true\n',
      'a field that is there twice carries a secret across',
    ],
    ['    text.endsWith(tail) &&\n', '', 'one manifest has two texts, and two hashes'],
    ['if (text.length > longest) throw', 'if (false) throw', 'a manifest of a gigabyte stops the site'],
  ]),
  ...mutantsOf('harness/line/courier/manifests.ts', courier, [
    [
      '      z.strictObject({\n        serial: SerialText,\n        intermediateCode:',
      '      z.object({\n        serial: SerialText,\n        intermediateCode:',
      'a passphrase travels to site B beside its code',
    ],
    [
      '      z.strictObject({\n        serial: SerialText,\n        /** SEC 1',
      '      z.object({\n        serial: SerialText,\n        /** SEC 1',
      'an encrypted key travels to site A beside its code',
    ],
    [
      '/^cfrm38[1-9A-HJ-NP-Za-km-z]{69}$/',
      '/^[1-9A-HJ-NP-Za-km-z]+$/',
      'an encrypted key travels to site A in the place of the confirmation code',
    ],
    [
      'operators: z.array(OperatorName)',
      'operators: z.array(z.string())',
      'a passphrase travels as the name of an operator',
    ],
  ]),
  ...mutantsOf('harness/line/courier/manifests.ts', courier, [
    ['manifest.from !== from || manifest.to !== to', 'manifest.from !== from', 'the manifest of another line is taken'],
    ['if (manifest.lot !== lot) throw', 'if (false) throw', 'the keys of one lot are made under the name of another'],
    ['if (manifest.count !== manifest.items.length) {', 'if (false) {', 'a unit is lost on the way'],
  ]),
  ...mutantsOf('harness/line/site-b/accept-request.ts', courier, [
    [' || request.profileSha256 !== profileHash(profile)) {', ') {', 'the two sites make two different cards'],
    [
      'if (hasLot(profile) !== (request.lotNumber !== null)) {',
      'if (false) {',
      'a lot number that does not fit the product is blamed on the codes',
    ],
    ['if (!pattern.test(serial))\n', 'if (false)\n', 'a passphrase travels as a serial'],
    ['if (serials.has(serial)) throw', 'if (false) throw', 'two units have one serial'],
    ['if (codes.has(intermediateCode))\n', 'if (false)\n', 'two units have one passphrase'],
    [
      "if (code.kind !== 'intermediate-code' || code.hasLot !== (firstLot !== null)) {",
      "if (code.kind !== 'intermediate-code') {",
      'a code without lot and sequence hides that a unit was left out',
    ],
    ['code.lot !== lot || ', '', 'a unit of another lot takes the place of one that was left out'],
    [' || code.sequence !== sequence', '', 'a unit that was left out is not missed'],
  ]),
  ...mutantsOf('harness/line/site-a/accept-answer.ts', courier, [
    ['if (answer.answers !== expected.answers) {', 'if (false) {', 'an older answer of the same lot is accepted'],
    [
      'if (keys.has(item.publicKey)) throw',
      'if (false) throw',
      'two units have one key: one customer can spend what the other one paid in',
    ],
    ['if (!known.has(serial)) throw', 'if (false) throw', 'a unit that nobody ordered comes in'],
    ['if (seen.has(serial)) throw', 'if (false) throw', 'one unit stands in the lot record twice'],
    ['if (missing !== undefined) throw', 'if (false) throw', 'a unit that was left out is not missed'],
    ['if (moved !== undefined) throw', 'if (false) throw', 'two units change places'],
    [
      ' || !(profile.bip38.flags as readonly number[]).includes(code.flags)) {',
      ') {',
      'keys of another kind than the product has come in',
    ],
    ['if (code.ownerEntropy !== owner) {', 'if (false) {', 'two units have each other’s confirmation code'],
    [
      '    Object.keys(addresses).length !== Object.keys(own).length ||\n',
      '',
      'a foreign address of another coin comes in beside the right ones',
    ],
    [
      '    Object.entries(own).some(([kind, address]) => addresses[kind] !== address)\n',
      '    false\n',
      'the address of a stranger is printed on the card',
    ],
  ]),
]
