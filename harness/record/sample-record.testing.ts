import type { InspectionRecord } from './inspection-record.ts'

/** An inspection record for the tests of the writers: a sealed unit whose top layer is another unit's. */
export function sampleRecord(over: Partial<InspectionRecord>): InspectionRecord {
  const photograph = 'ab'.repeat(32)
  const where: InspectionRecord['readings'][number]['where'] = [
    [10, 10],
    [90, 10],
    [90, 30],
    [10, 30],
  ]
  return {
    format: 'assay-inspection-5',
    unit: 'BX0000001',
    product: 'assay-reference',
    lot: 'L-0042',
    station: 'sealed',
    rig: {
      kind: 'virtual',
      name: 'bench',
      drivers: { camera: 'virtual', stage: 'grbl', light: 'grbl' },
      firmware: { camera: 'virtual', stage: '1.1h.20190830', light: '1.1h.20190830' },
      truth: 'f'.repeat(64),
      calibration: null,
    },
    software: { name: 'assay', version: '0.1.0', revision: null },
    operator: null,
    started: '2026-11-21T08:00:00.000Z',
    ended: '2026-11-21T08:00:01.250Z',
    photographs: [
      {
        id: photograph,
        takenAt: '2026-11-21T08:00:00.000Z',
        how: { camera: 'virtual', exposureMs: 8, light: 'dome', pose: 'card', calibration: null },
      },
    ],
    captureRetries: [],
    readingsSha256: 'cd'.repeat(32),
    readings: [
      {
        photograph,
        mark: 'serial-top',
        outcome: 'read',
        secret: false,
        text: 'BX0000002',
        confidence: 0.99,
        readers: ['pp-ocr'],
        where,
        because: 'read without doubt',
      },
      {
        photograph,
        mark: 'passphrase',
        outcome: 'concealed',
        secret: true,
        text: null,
        confidence: 0.98,
        readers: ['surface'],
        where,
        because: 'the cover lies over it',
      },
    ],
    measurements: [
      {
        name: 'placement-shift',
        of: 'top-layer',
        value: 0.21,
        unit: 'mm',
        limits: { min: null, max: 0.6 },
        verdict: 'PASS',
      },
      { name: 'pixels-per-mm', of: 'card', value: 14.2, unit: 'px/mm', limits: null, verdict: null },
    ],
    lookedBy: ['text-detector', 'symbol-search'],
    leftovers: [],
    plannedChecks: ['serials-agree', 'concealed'],
    findings: [
      {
        check: 'serials-agree',
        verdict: 'FAIL',
        because: 'The serials differ: serial-card is BX0000001 and serial-top is BX0000002.',
        marks: ['serial-top'],
      },
      { check: 'concealed', verdict: 'PASS', because: 'epk-qr and passphrase are covered.', marks: ['passphrase'] },
    ],
    unproved: [],
    alarm: null,
    error: null,
    verdict: 'FAIL',
    because: 'The serials differ: serial-card is BX0000001 and serial-top is BX0000002.',
    ...over,
  }
}
