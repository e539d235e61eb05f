import { pick, type Random, uniformBelow } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import type { ProductProfile } from '../products/profile.ts'

/**
 * A BIP38 passphrase as the product wants it: symbols of the profile's alphabet drawn uniformly by rejection, with the
 * separators in it where they belong to the secret. Where the customer makes it, words as a customer would choose.
 */
export function drawPassphrase(profile: ProductProfile, random: Random): Secret {
  const { alphabet, groups, groupLength, separator, separatorIsSecret } = profile.passphrase
  if (alphabet === null || groups === null || groupLength === null) return customersWords(random)
  const symbols = [...alphabet]
  const text = Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => pick(random, symbols)).join(''),
  ).join(separatorIsSecret ? (separator ?? '') : '')
  return Secret.ofText(text)
}

const words = [
  ...['Anker', 'brass', 'Cinder', 'delta', 'Ember', 'fathom', 'Garnet', 'harbour', 'Indigo', 'juniper', 'Kelvin'],
  ...['lantern', 'Marble', 'nickel', 'Orchid', 'plume', 'Quartz', 'rivet', 'Saffron', 'timber', 'Umber', 'velvet'],
  ...['Willow', 'xenon', 'Yarrow', 'zephyr', 'Ähre', 'öse', 'Übung', 'naïve', 'Café', 'señal'],
]

/** Five words and a number: mixed case, accents and spaces, so that whoever reads it must keep them. Test data only. */
function customersWords(random: Random): Secret {
  const text = Array.from({ length: 5 }, () => pick(random, words)).join(' ')
  return Secret.ofText(`${text} ${uniformBelow(random, 100)}!`)
}
