import { describeOwner, leaseOwner } from '../../../devices/rig/lease.ts'
import type { RigConfig } from '../../../devices/rig/rig-config.ts'
import { devicesOf } from '../../../devices/rig/rig-devices.ts'
import { chooseRig, rigNames } from '../../config/choose-rig.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import { print, printJson, readCalibration } from './chosen-rig.ts'

/** `assay rig list`: opens nothing, moves nothing. */
export async function listRigs({ json = false }: { readonly json?: boolean }): Promise<void> {
  const loaded = await configurationHere()
  const usual = loaded.config.rig.name
  const rigs = [...new Set([...rigNames(loaded), usual])].map(name => {
    const { config, calibrationFile } = chooseRig(loaded, name === usual ? undefined : name)
    const named = config.kind === 'real' ? devicesOf(config) : []
    const owner = named.map(({ address }) => leaseOwner(address)).find(found => found !== null) ?? null
    return {
      name,
      kind: config.kind,
      isUsual: name === usual,
      devices: wordsOf(config),
      calibration: calibrationOf(calibrationFile),
      heldBy: owner,
    }
  })
  if (json) return printJson({ file: loaded.file, rigs })
  for (const { name, kind, isUsual, devices, calibration, heldBy } of rigs) {
    print(`${name}${isUsual ? ' (used unless another is named)' : ''}: ${kind}`)
    for (const [role, words] of Object.entries(devices)) print(`  ${role.padEnd(8)} ${words}`)
    print(`  ${'judges'.padEnd(8)} ${calibration.words}`)
    if (heldBy) print(`  ${'held by'.padEnd(8)} ${describeOwner(heldBy)}`)
  }
}

function wordsOf(config: RigConfig): Record<string, string> {
  if (config.kind === 'virtual') return { bench: `digital twin, seed ${config.seed}` }
  const poses = config.stage ? `, poses ${Object.keys(config.stage.poses).join(', ')}` : ''
  const words = devicesOf(config).map(({ role, driver, address }) => [
    role,
    `${driver} at ${address}${role === 'stage' ? poses : ''}`,
  ])
  return { camera: '', stage: 'none', light: 'fixed', ...Object.fromEntries(words) }
}

function calibrationOf(file: string): { id: string | null; expiresAt: string | null; words: string } {
  try {
    const found = readCalibration(file)
    if (found === null) return { id: null, expiresAt: null, words: `nothing: no calibration (${file})` }
    const { id, expiresAt } = found
    const isOver = Date.parse(expiresAt) <= Date.now()
    return {
      id,
      expiresAt,
      words: `${isOver ? 'nothing: calibration expired' : 'units, calibrated'} until ${expiresAt}`,
    }
  } catch (error) {
    return { id: null, expiresAt: null, words: error instanceof Error ? error.message : 'nothing' }
  }
}
