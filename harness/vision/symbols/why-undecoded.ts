import type { GreyRaster } from '../../imaging/grey.ts'
import { doubleArea } from '../../imaging/quad.ts'
import { mean } from '../../imaging/quantile.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { fixedPatterns, moduleLevels } from './read-at-pose.ts'
import { sample } from './refine-modules.ts'

/** Below these a reader is at its limits; above, the reason lies elsewhere. */
const FEW_PX = 2.5
const FAINT = 0.12
const BLURRED = 0.55
const DAMAGED = 0.04

/**
 * What stands in the way of decoding a symbol that was found, as a clause: its size, contrast, sharpness and damage, from the
 * modules that are the same in every symbol of its size. Says nothing of its content.
 */
export function whyUndecoded(grey: GreyRaster, { corners, size, toPixels, disputed }: FoundSymbol): string {
  if (disputed) return 'two readers read different things in it'
  const modulePx = Math.sqrt(Math.abs(doubleArea(corners)) / 2) / size
  const { modules, known } = fixedPatterns(size)
  const levels = moduleLevels((x, y) => sample(grey, toPixels, x, y), size)
  const isSeen = (i: number) => known[i] === 1 && !Number.isNaN(levels[i]!)
  const seen = [...levels.keys()].filter(isSeen)
  const [light, dark] = [0, 1].map(colour => mean(seen.filter(i => modules.dark[i] === colour).map(i => levels[i]!)))
  if (light === undefined || dark === undefined || Number.isNaN(light - dark)) return 'it reaches out of the picture'
  const threshold = (light + dark) / 2
  const isWrong = (i: number) => levels[i]! < threshold !== (modules.dark[i] === 1)
  const wrong = seen.filter(isWrong).length / seen.length
  const timing = seen.filter(i => isTiming(i, size))
  const [alternateLight, alternateDark] = [0, 1].map(colour =>
    mean(timing.filter(i => modules.dark[i] === colour).map(i => levels[i]!)),
  )
  const sharpness = (alternateLight! - alternateDark!) / (light - dark)
  const contrast = (light - dark) / 255
  const reasons = [
    ...(modulePx < FEW_PX ? [`a module is only ${modulePx.toFixed(1)} px wide: go nearer`] : []),
    ...(contrast < FAINT ? [`light and dark differ by only ${percent(contrast)} of the range`] : []),
    ...(contrast >= FAINT && sharpness < BLURRED
      ? [
          `single modules show ${percent(Math.max(0, sharpness))} of the contrast of large ones: blur, or print run together`,
        ]
      : []),
    ...(wrong > DAMAGED
      ? [`${percent(wrong)} of the modules that every such symbol has are wrong: voids, a cover, glare or a crease`]
      : []),
  ]
  return reasons.length > 0
    ? reasons.join('; ')
    : `its frame is clear (${modulePx.toFixed(1)} px a module), so what is wrong lies among its data`
}

/** Between the finder patterns, where modules alternate. */
function isTiming(module: number, size: number): boolean {
  const [x, y] = [module % size, Math.floor(module / size)]
  const isAlong = (along: number, across: number) => across === 6 && along >= 8 && along < size - 8
  return isAlong(x, y) || isAlong(y, x)
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
