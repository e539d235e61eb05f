/** A setting as gphoto2 prints it. */
export interface Gphoto2Value {
  readonly current: string
  readonly choices: readonly string[]
}

/** Reads what `gphoto2 --get-config NAME` prints. @returns null when it is no such text */
export function parseValue(text: string): Gphoto2Value | null {
  const current = /^Current: (.*)$/m.exec(text)?.[1]?.trim()
  if (current === undefined) return null
  return { current, choices: [...text.matchAll(/^Choice: \d+ (.*)$/gm)].map(match => match[1]!.trim()) }
}

/** Reads what `gphoto2 --auto-detect` prints: two columns under a rule. */
export function parseDetected(text: string): { model: string; port: string }[] {
  const lines = text.split('\n')
  const rule = lines.findIndex(line => /^-{10,}\s*$/.test(line))
  return lines.slice(rule + 1).flatMap(line => {
    const [, model, port] = /^(.*\S)\s+(\w+:\S*)\s*$/.exec(line) ?? []
    return rule === -1 || model === undefined || port === undefined ? [] : [{ model, port }]
  })
}

/** A shutter speed in ms: `1/125`, `0.5`, `2"`, `0.0080s`, `1.6s`; null for `Bulb` and `Auto`. */
export function shutterMs(text: string): number | null {
  const [, above, below] = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?\s*(?:s|")?$/.exec(text.trim()) ?? []
  const seconds = Number(above) / (below === undefined ? 1 : Number(below))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null
}

/** The shutter speed closest to what is asked, or null when none is within a sixth of it: half of a third of a stop. */
export function nearestShutter(choices: readonly string[], askedMs: number): string | null {
  const distance = (choice: string): number => Math.abs(Math.log2((shutterMs(choice) ?? Number.NaN) / askedMs))
  const usable = choices.filter(choice => distance(choice) <= 1 / 6)
  return usable.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}
