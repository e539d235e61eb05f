import { expect, it } from 'vitest'
import { People } from './people.ts'

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
  people.take({ kind: said.kind, at, facts: said.facts as Record<string, unknown> })
}

it('has its first person add themselves, and every other one added by somebody of the register', () => {
  const people = new People()
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
