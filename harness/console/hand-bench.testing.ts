import { referenceProfile } from '../checks/reference-unit.testing.ts'
import { cardPicture } from '../products/card-picture.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { Bench } from './bench.ts'
import type { HandedPicture } from './desk.ts'

/** A bench to which people bring photographs, and what came of each card. */
export function benchByHand() {
  const cards: (readonly HandedPicture[])[] = []
  const bench = new Bench({
    work: async (desk, signal) => {
      const nest = desk.opened({
        facts: {
          rig: 'by hand',
          source: 'hand',
          lot: 'L-0',
          units: 1,
          product: 'reference',
          station: 'sealed',
          operator: null,
        },
        units: [{ unit: 'BX0000001', verdict: null }],
        find: () => null,
        lay: null,
        picture: cardPicture(referenceProfile),
        looks: null,
        live: async function* () {},
        isSecret: () => false,
        noteOther: async () => {},
      })
      while (await nest.next(signal)) {
        const handed = desk.handed()
        cards.push(handed)
        // Of what else comes nothing can be judged.
        if (cards.length === 1) await desk.judged({ record: sampleRecord({ verdict: 'PASS' }), crops: [] }, null)
        else desk.noResult(handed.map(({ name }) => `${name} is no picture.`))
      }
      return 0
    },
  })
  return { bench, cards }
}
