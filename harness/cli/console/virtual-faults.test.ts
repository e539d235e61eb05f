import { expect, test } from 'vitest'
import { openRig, type VirtualRig } from '../../../devices/rig.ts'
import { Bench } from '../../console/bench.ts'
import type { LotSession } from '../lot/lot-session.ts'
import type { RigAtHand } from '../rig/chosen-rig.ts'
import { VirtualFaults } from './virtual-faults.ts'

/** A run on a twin, and what its journal was told. */
async function twin() {
  const rig: VirtualRig = await openRig({ kind: 'virtual', name: 'twin', seed: 1 })
  const told: object[] = []
  const journal = { append: async (said: object) => void told.push(said) }
  return { rig, told, session: { rig, journal } as unknown as LotSession }
}

test('a fault that is planted strikes once the journal has it, and is over when it is taken away', async () => {
  const { rig, told, session } = await twin()
  await using _ = rig
  const faults = new VirtualFaults()
  await faults.set('slow-camera', true)
  expect([rig.faults.has('slow-camera'), told]).toEqual([false, []])
  await faults.during(session, 'ann', async () => {
    expect(rig.faults.has('slow-camera')).toBe(true)
    await faults.set('dark-frame', true)
    await faults.set('slow-camera', false)
    expect([rig.faults.has('slow-camera'), rig.faults.has('dark-frame')]).toEqual([false, true])
    expect(faults.on).toEqual(['dark-frame'])
  })
  const entry = (fault: string, isOn: boolean) => ({
    kind: 'fault-planted',
    who: 'ann',
    facts: { rig: 'twin', fault, isOn },
  })
  expect(told).toEqual([entry('slow-camera', true), entry('dark-frame', true), entry('slow-camera', false)])
})

test('a fault that the journal does not take is not planted', async () => {
  const { rig, session } = await twin()
  await using _ = rig
  const faults = new VirtualFaults()
  session.journal.append = async () => await Promise.reject(new Error('the disk is full'))
  await faults.during(session, null, async () => {
    await expect(faults.set('dark-frame', true)).rejects.toThrow('the disk is full')
    expect([rig.faults.has('dark-frame'), faults.on]).toEqual([false, []])
  })
})

test('a fault that lasts a moment is over by itself, and the screens say so', async () => {
  const { rig, session } = await twin()
  await using _ = rig
  const faults = new VirtualFaults()
  await using bench = new Bench({ work: async () => 0, faults })
  const isOn = () => bench.state.faults.flatMap(one => (one.isOn ? [one.name] : []))
  await faults.during(session, null, async () => {
    expect(await bench.act({ do: 'fault', name: 'frozen-frame', isOn: true })).toBeNull()
    expect(await bench.act({ do: 'fault', name: 'controller-restart', isOn: true })).toBeNull()
    expect(isOn()).toEqual(['frozen-frame'])
  })
  expect(await bench.act({ do: 'fault', name: 'no such fault', isOn: true })).toBe('action-unknown')
})

test('the doctor sees what is planted, and a rig that can break has none', async () => {
  const faults = new VirtualFaults()
  await faults.set('dead-lamp', true)
  const real = { config: { kind: 'real' } } as unknown as RigAtHand
  expect(faults.in(real)).toBe(real)
  expect(faults.in({ config: { kind: 'virtual', seed: 1 } } as RigAtHand).config).toMatchObject({
    faults: ['dead-lamp'],
  })
  await using bench = new Bench({ work: async () => 0 })
  expect(await bench.act({ do: 'fault', name: 'dead-lamp', isOn: true })).toBe('not-now')
  expect(bench.state.faults).toEqual([])
})
