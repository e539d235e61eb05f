import type { Command } from 'commander'
import type { ConfigFlags } from '../config/load-config.ts'
import { type SettingPath, settings } from '../config/settings.ts'

/** Gives a command the flags of settings (all, or those named); {@link settingFlags} reads them back. */
export function addSettingOptions(command: Command, paths: readonly SettingPath[] = allPaths): void {
  for (const setting of settings) {
    if (paths.includes(setting.path)) command.option(setting.flag, `${setting.about} (${setting.environment})`)
  }
}

/** The flags that were given, for `loadConfig`. @param options what commander parsed */
export function settingFlags(options: Readonly<Record<string, unknown>>): ConfigFlags {
  const given = settings.map(setting => [setting.path, options[attributeName(setting.flag)]] as const)
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string' || typeof value === 'number'))
}

const allPaths: readonly SettingPath[] = settings.map(setting => setting.path)

/** `--rig-seed <number>` → `rigSeed`, as commander names the attribute. */
function attributeName(flag: string): string {
  return flag
    .split(' ')[0]!
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
