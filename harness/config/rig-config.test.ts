import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseRig, rigNames } from './choose-rig.ts'
import { loadConfig } from './load-config.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-rigs-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

const load = (content?: unknown) => {
  if (content !== undefined) writeFileSync(join(folder, 'assay.config.json'), JSON.stringify(content))
  return loadConfig({ cwd: folder, environment: {} })
}
const poses = { inspect: { xMm: -60, yMm: -60, zMm: -20 } }
const bench = {
  kind: 'real',
  camera: { driver: 'folder', folder: 'drop' },
  stage: { driver: 'grbl', port: '/dev/ttyUSB0', poses },
  light: { driver: 'wled-http', url: 'http://10.0.0.7', presets: { dome: [{ id: 0, power: 0.5 }] } },
  golden: { serial: 'BX1', records: 'golden.json' },
}

describe('the rig of a command', () => {
  test('is named by the command, else by rig.name, else it is the virtual one', async () => {
    const loaded = await load({
      rig: { name: 'bench-1' },
      rigs: { 'bench-1': bench, twin: { kind: 'virtual', seed: 4 } },
    })
    expect(chooseRig(loaded).config).toMatchObject({ kind: 'real', name: 'bench-1', stage: { port: '/dev/ttyUSB0' } })
    expect(chooseRig(loaded, 'twin').config).toEqual({ kind: 'virtual', name: 'twin', seed: 4 })
    expect(chooseRig(loaded, 'virtual').config).toEqual({ kind: 'virtual', name: 'virtual', seed: 1 })
    expect(rigNames(loaded)).toEqual(['bench-1', 'twin', 'virtual'])
    const bare = await loadConfig({
      cwd: join(folder, '..'),
      environment: { ASSAY_RIG_NAME: 'my-twin', ASSAY_RIG_SEED: '9' },
    })
    expect(chooseRig(bare).config).toEqual({ kind: 'virtual', name: 'my-twin', seed: 9 })
  })

  test('names files relative to the configuration', async () => {
    const { config, calibrationFile, golden, validDays } = chooseRig(await load({ rigs: { b: bench } }), 'b')
    expect(config).toMatchObject({ camera: { folder: join(folder, 'drop') } })
    expect(golden).toMatchObject({ records: join(folder, 'golden.json') })
    expect([calibrationFile, validDays]).toEqual([join(folder, 'calibrations', 'b.json'), 30])
    const own = { ...bench, calibration: { file: 'cal.json', validDays: 1 } }
    expect(chooseRig(await load({ rigs: { b: own } }), 'b')).toMatchObject({
      calibrationFile: join(folder, 'cal.json'),
      validDays: 1,
    })
  })

  test('a name that there is not is never taken for the virtual rig', async () => {
    const loaded = await load({ rig: { name: 'bench-2' }, rigs: { 'bench-1': bench } })
    expect(() => chooseRig(loaded)).toThrow(
      'there is no rig "bench-2" (did you mean bench-1?); the configuration names bench-1, and "virtual" is always there.',
    )
    expect(() => chooseRig(loaded, 'constructor')).toThrow('there is no rig "constructor"')
  })
})

test.each([
  ['kind', { kind: 'reel' }, 'rigs.b.kind must be one of virtual, real (did you mean real?)'],
  [
    'driver',
    { ...bench, camera: { driver: 'htp' } },
    'rigs.b.camera.driver must be one of http, chromium, ffmpeg, gphoto2, folder (did you mean http?)',
  ],
  ['missing camera', { kind: 'real' }, 'rigs.b.camera'],
  [
    'misspelt option',
    { ...bench, stage: { ...bench.stage, baudrate: 1 } },
    'rigs.b.stage.baudrate is not a setting (did you mean baudRate?)',
  ],
  [
    'preset',
    { ...bench, light: { ...bench.light, presets: { domee: [] } } },
    'rigs.b.light.presets.domee is not a setting (did you mean dome?)',
  ],
  [
    'text for a number',
    { ...bench, stage: { ...bench.stage, baudRate: '9600' } },
    'rigs.b.stage.baudRate must be a number',
  ],
  [
    'too bright',
    { ...bench, light: { driver: 'grbl', port: 'p', lamps: { dome: { power: 2, flood: false, mist: false } } } },
    'rigs.b.light.lamps.dome.power must be at most 1',
  ],
  [
    'address',
    { kind: 'real', camera: { driver: 'http', url: '10.0.0.5' } },
    'rigs.b.camera.url must be an address that begins with http:// or https://',
  ],
])('%s: one sentence', async (_, rig, sentence) => {
  const error = await load({ rigs: { b: rig } }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'config-invalid', exitCode: 2 })
  expect(String(error)).toContain(join(folder, 'assay.config.json'))
  expect(String(error)).toContain(sentence)
})

test('a name that is no name', async () => {
  await expect(load({ rigs: { 'My Bench': bench } })).rejects.toThrow(
    'rigs: a name here must be lower-case letters, digits and dashes, at most 40',
  )
})

test('a password in an address is refused and not repeated', async () => {
  const camera = { driver: 'http', url: 'http://bob:hunter2@10.0.0.5/' }
  const error = await load({ rigs: { b: { kind: 'real', camera } } }).catch((thrown: unknown) => thrown)
  expect(String(error)).toContain('give user and passwordVariable instead')
  expect(String(error)).not.toContain('hunter2')
  const rtsp = { driver: 'ffmpeg', input: 'rtsp://bob:hunter2@10.0.0.5/' }
  const other = await load({ rigs: { b: { kind: 'real', camera: rtsp } } }).catch((thrown: unknown) => thrown)
  expect(String(other)).toContain('rigs.b.camera.input')
  expect(String(other)).not.toContain('hunter2')
})
