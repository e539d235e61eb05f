import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineCutter } from '../wire/line-cutter.ts'
import { isSafelyAtRest, parseStatus } from './status.ts'

describe('a status report', () => {
  test('of GRBL 1.1 at rest, with pins and offset', () => {
    expect(parseStatus('<Idle|MPos:0.000,-1.500,2.000|FS:0,0|Pn:PXYZRHS|WCO:0.000,0.000,0.000>')).toEqual({
      state: 'Idle',
      subState: null,
      machine: { xMm: 0, yMm: -1.5, zMm: 2 },
      work: null,
      workOffset: { xMm: 0, yMm: 0, zMm: 0 },
      feedMmPerMin: 0,
      spindleSpeed: 0,
      outputs: null,
      pins: 'PXYZRHS',
      axes: 3,
    })
  })

  test('with overrides says which outputs are on, and without A: that none is', () => {
    expect(parseStatus('<Run|MPos:1,2,3|FS:500,250|Ov:100,100,100|A:SFM>')?.outputs).toEqual({
      spindle: true,
      flood: true,
      mist: true,
    })
    expect(parseStatus('<Run|MPos:1,2,3|FS:500,0|Ov:100,100,100>')?.outputs).toEqual({
      spindle: false,
      flood: false,
      mist: false,
    })
    expect(parseStatus('<Run|MPos:1,2,3|FS:500,0>')?.outputs).toBeNull()
  })

  test('of grblHAL, with fields that GRBL does not know', () => {
    const status = parseStatus('<Hold:0|WPos:1.000,2.000,3.000,4.000|Bf:100,1023|FS:0,0|H:1|TLR:0>')
    expect(status).toMatchObject({ state: 'Hold', subState: 0, work: { xMm: 1, yMm: 2, zMm: 3 }, machine: null })
  })

  test('of FluidNC with two axes, and of uCNC with states of its own', () => {
    expect(parseStatus('<Idle|MPos:1.000,2.000|FS:0,0>')).toMatchObject({
      machine: { xMm: 1, yMm: 2, zMm: 0 },
      axes: 2,
    })
    expect(parseStatus('<Dwell|MPos:1.000,2.000,3.000|F:0|Buf:15,128>')).toMatchObject({ state: 'Dwell', axes: 3 })
    expect(parseStatus('<Locked|MPos:1.000,2.000,3.000|FS:0,0>')).toMatchObject({ state: 'Locked' })
  })

  test.each([
    ['Idle', true],
    ['Alarm', true],
    ['Alarm:10', true],
    ['Locked', true],
    ['Sleep', true],
    ['Door:0', true],
    ['Door:1', true],
    ['Door:2', false],
    ['Door:3', false],
    ['Hold:0', false],
    ['Run', false],
    ['Check', false],
  ])('in %s is safely at rest: %s', (state, isSafe) => {
    expect(isSafelyAtRest(parseStatus(`<${state}|MPos:1.000,2.000,3.000|FS:0,0>`)!)).toBe(isSafe)
  })

  test.each([
    '',
    '<>',
    '<Idle>',
    '<Idle|MPos:0.000>',
    '<Idle|MPos:0.000,0.0x0,0.000|FS:0,0>',
    '<Idle|MPos:0.000,0.000,0.000|FS:0>',
    '<Idel|MPos:0.000,0.000,0.000|FS:0,0>',
    '<Idle|MPos:0.000,0.000,0.000|FS:0,0|MPos:1.000,0.000,0.000>',
    '<Idle|MPos:0.000,0.000,0.000|FS:0,0',
    'ok',
  ])('damaged, it is no report: %s', line => {
    expect(parseStatus(line)).toBeNull()
  })

  test('never throws, and never invents a number', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '|',
      ':',
      ',',
      'Idle',
      'Run',
      'MPos',
      'FS',
      'Ov',
      'A',
      '1.000',
      '-',
      '.',
      'NaN',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 30 }).map(parts => parts.join('')),
        ),
        line => {
          const status = parseStatus(line)
          if (status === null) return
          for (const at of [status.machine, status.work, status.workOffset]) {
            if (at) expect(Object.values(at).every(Number.isFinite)).toBe(true)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('cutting lines', () => {
  test('gives the same lines however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400)), (bytes, cuts) => {
        const whole = new LineCutter().push(bytes)
        const cutter = new LineCutter()
        const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).flatMap((end, i) => cutter.push(bytes.subarray(places[i], end)))
        expect(pieces).toEqual(whole)
      }),
    )
  })

  test('gives up a line without end and goes on with the next', () => {
    const cutter = new LineCutter()
    for (let i = 0; i < 1000; i++) expect(cutter.push(new Uint8Array(1000).fill(0x41))).toEqual([])
    expect(cutter.push(new TextEncoder().encode('\r\nok\r\n'))).toEqual(['ok'])
  })
})
