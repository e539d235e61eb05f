import { expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { SigningKey } from '../signing-key.ts'
import { bodyOf } from './entry.ts'
import { People } from './people.ts'
import { signedAct } from './signed-act.ts'

const at = '2026-11-21T08:00:00.000Z'
const key = 'A'.repeat(43)

function registerOf(...names: readonly string[]): People {
  const people = new People()
  for (const name of names) {
    const by = people.all[0]?.name ?? null
    take(people, people.adding({ name, roles: ['operator'], publicKey: null }, by))
  }
  return people
}

function take(people: People, said: ReturnType<People['adding']>): void {
  people.take({ ...bodyOf(said), at })
}

const keyOfAnn = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(1)))

it('has its first person add themselves, and every other one added by somebody of the register', () => {
  const people = new People()
  expect(() => people.adding({ name: 'rita', roles: ['release'], publicKey: null }, 'ann')).toThrow(
    'Nobody works here yet: ann is added first, without --by.',
  )
  const ann = people.adding({ name: 'ann', roles: ['quality'], publicKey: key }, null)
  expect(ann).toMatchObject({ kind: 'person-added', who: 'ann' })
  take(people, ann)
  const bob = { name: 'bob', roles: ['operator'] as const, publicKey: null }
  expect(() => people.adding({ ...bob, roles: [...bob.roles] }, null)).toThrow('Say who does it: --by NAME')
  expect(() => people.adding({ ...bob, roles: [...bob.roles] }, 'eve')).toThrow('Nobody named "eve" works here')
  take(people, people.adding({ ...bob, roles: [...bob.roles] }, 'ann'))
  expect(people.all.map(({ name, roles }) => [name, roles])).toEqual([
    ['ann', ['quality']],
    ['bob', ['operator']],
  ])
  expect(people.isActive('ann', 'quality')).toBe(true)
  expect(people.isActive('bob', 'quality')).toBe(false)
  expect(people.isActive(null)).toBe(false)
})

it('gives a name and a key to one person only, also after they retired', () => {
  const people = registerOf('ann', 'bob')
  take(people, people.retiring('bob', 'ann', 'moved on'))
  expect(people.isActive('bob')).toBe(false)
  expect(people.all.find(({ name }) => name === 'bob')?.retiredAt).toBe(at)
  const again = { name: 'bob', roles: ['operator' as const], publicKey: null }
  expect(() => people.adding(again, 'ann')).toThrow(
    'bob was in the register and has retired; a name is given to one person',
  )
  expect(() => people.adding({ ...again, name: 'ann' }, 'ann')).toThrow('ann is in the register')
  take(people, people.adding({ ...again, name: 'eve', publicKey: key }, 'ann'))
  expect(() => people.adding({ ...again, name: 'fay', publicKey: key }, 'ann')).toThrow("This key is eve's")
  expect(() => people.retiring('bob', 'ann', null)).toThrow('Nobody named "bob" works here')
  expect(() => people.retiring('eve', 'bob', null)).toThrow('Nobody named "bob" works here')
})

it.each(['', 'a', 'Ann', 'ann b', 'ann\u200b', '-ann', 'аnn', 'a'.repeat(33)])('refuses the name %j', name => {
  expect(() => new People().adding({ name, roles: ['operator'], publicKey: null }, null)).toThrow(
    /A person is named by/,
  )
})

it('lets only who decides on units and lots give or take such a role, once there is one', () => {
  const people = registerOf('oscar')
  const quinn = { name: 'quinn', roles: ['quality' as const], publicKey: null }
  take(people, people.adding(quinn, 'oscar'))
  const mallory = { ...quinn, name: 'mallory' }
  expect(() => people.adding(mallory, 'oscar')).toThrow('Only who has such a role gives the roles quality and release')
  expect(() => people.retiring('quinn', 'oscar', null)).toThrow('Only who has such a role retires')
  expect(() => people.retiring('quinn', 'quinn', null)).toThrow('quinn is the last one here')
  take(people, people.adding({ ...quinn, name: 'rita', roles: ['release'] }, 'quinn'))
  take(people, people.retiring('quinn', 'rita', null))
  expect(people.isActive('quinn')).toBe(false)
  expect(people.adding({ ...mallory, roles: ['operator'] }, 'oscar')).toMatchObject({ who: 'oscar' })
})

it('knows no role that an entry gives which nobody could give, and no retirement', () => {
  const people = registerOf('oscar')
  take(people, people.adding({ name: 'quinn', roles: ['quality'], publicKey: null }, 'oscar'))
  const facts = { name: 'mallory', roles: ['operator', 'quality'], publicKey: null }
  take(people, { kind: 'person-added', who: 'oscar', facts })
  expect(people.find('mallory')).toMatchObject({ roles: ['operator'] })
  take(people, { kind: 'person-retired', who: 'mallory', facts: { name: 'quinn' } })
  expect(people.isActive('quinn', 'quality')).toBe(true)
})

it('takes the word of who has a key only where they signed it', () => {
  const people = new People()
  take(people, people.adding({ name: 'ann', roles: ['quality'], publicKey: keyOfAnn.publicKey }, null))
  const eve = people.adding({ name: 'eve', roles: ['quality'], publicKey: null }, 'ann')
  take(people, eve)
  expect(people.isActive('eve', 'quality')).toBe(false)
  const said = { kind: 'disposition', who: 'ann', why: 'dust', unit: 'BX0000001', facts: { decision: 'reject' } }
  const signed = bodyOf(signedAct(said, keyOfAnn))
  expect(people.mayAct(signed, 'quality')).toBe(true)
  expect(people.mayAct(signed, 'release')).toBe(false)
  for (const change of [{ unit: 'BX0000002' }, { why: 'none' }, { facts: { ...signed.facts, decision: 'other' } }])
    expect(people.mayAct({ ...signed, ...change }, 'quality')).toBe(false)
  expect(people.mayAct(bodyOf(said), 'quality')).toBe(false)
  expect(people.mayAct({ ...signed, who: 'eve' }, 'quality')).toBe(false)
  const another = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(2)))
  expect(people.mayAct(bodyOf(signedAct(said, another)), 'quality')).toBe(false)
  take(people, signedAct({ ...eve, facts: { ...eve.facts, name: 'fay' } }, keyOfAnn))
  expect(people.isActive('fay', 'quality')).toBe(true)
})

it('nobody comes in by an entry that gives them a key of somebody else', () => {
  const people = new People()
  const publicKey = 'A'.repeat(43)
  for (const name of ['ann', 'eve']) {
    const facts = { name, roles: ['operator'], publicKey }
    people.take({ kind: 'person-added', who: 'ann', why: null, unit: null, station: null, at: '', facts })
  }
  expect(people.all.map(({ name }) => name)).toEqual(['ann'])
})
