import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import type { PhotographReading, Reading } from '../reading.ts'
import { packReading, unpackReading } from './vision-wire.ts'

const mark = (name: string, text: Reading['text']): Reading => ({
  mark: name,
  outcome: text === null ? 'unread' : 'read',
  text,
  confidence: 1,
  readers: ['pp-ocr'],
  alternatives: null,
  where: null,
  because: 'two readers agree',
})
const reading = (): PhotographReading => ({
  photographId: 'ab',
  card: null,
  because: null,
  marks: [mark('serial-card', 'AB1234567'), mark('passphrase', Secret.ofText('WXYZ-2345')), mark('epk-qr', null)],
  states: [],
  measurements: [],
})

describe('a reading on its way between processes', () => {
  it('arrives as it was, with its secrets wrapped again', () => {
    const arrived = unpackReading(structuredClone(packReading(reading())))
    expect(arrived.marks.map(({ text }) => (text instanceof Secret ? text.exposeText() : text))).toEqual([
      'AB1234567',
      'WXYZ-2345',
      null,
    ])
    expect(inspect(arrived, { depth: 9 }) + JSON.stringify(arrived)).not.toContain('WXYZ')
  })

  it('leaves no secret behind on either side', () => {
    const sent = reading()
    const secret = sent.marks[1]!.text as Secret
    const wire = packReading(sent)
    expect(secret.length).toBe(0)
    unpackReading(wire)
    const text = wire.marks[1]!.text
    expect(text !== null && typeof text === 'object' && [...text.secretBytes].every(byte => byte === 0)).toBe(true)
  })
})
