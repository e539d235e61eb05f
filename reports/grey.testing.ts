import type { Page } from 'playwright'

/**
 * What of a page cannot be told by whoever sees no colours, or has it on paper from a black printer: text that hardly stands out from its
 * ground, a verdict that only its colour says, and lines of a chart that only colours tell apart.
 */
export async function greyFaults(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number]
    const colourOf = (css: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number)
      return [red, green, blue, alpha]
    }
    const over = (top: Colour, below: Colour): Colour => {
      const mixed = [0, 1, 2].map(i => top[i]! * top[3] + below[i]! * (1 - top[3]))
      return [mixed[0]!, mixed[1]!, mixed[2]!, 1]
    }
    /** As a black printer and a grey screen make it (ITU-R BT.601), then as light (sRGB). */
    const lightOf = ([red, green, blue]: Colour) => {
      const grey = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
      return grey <= 0.04045 ? grey / 12.92 : ((grey + 0.055) / 1.055) ** 2.4
    }
    const groundOf = (element: Element): Colour => {
      const layers: Colour[] = []
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const ground = colourOf(getComputedStyle(at).backgroundColor)
        if (ground[3] > 0) layers.push(ground)
        if (ground[3] === 1) break
      }
      return layers.reduceRight<Colour>((below, top) => over(top, below), [255, 255, 255, 1])
    }
    const faults: string[] = []

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!
      const text = (node.textContent ?? '').trim()
      const { width, height } = element.getBoundingClientRect()
      if (text === '' || width <= 1 || height <= 1) continue
      const style = getComputedStyle(element)
      const ground = groundOf(element)
      const ink = over(colourOf(element instanceof SVGElement ? style.fill : style.color), ground)
      const [light, dark] = [lightOf(ink), lightOf(ground)].sort((a, b) => b - a)
      const contrast = (light! + 0.05) / (dark! + 0.05)
      if (contrast < 4.5) faults.push(`«${text.slice(0, 40)}» has a contrast of ${contrast.toFixed(2)} in grey`)
    }

    const marked =
      '.pass, .fail, .open, .inconclusive, .error, .PASS, .FAIL, .INCONCLUSIVE, .ERROR, .never, .RELEASED, .HELD, .REJECTED'
    const saidIn = new Map<string, string>()
    for (const element of document.querySelectorAll(`main :is(${marked}):not(svg)`)) {
      const word = (element.textContent ?? '').trim()
      const { color } = getComputedStyle(element)
      if (word === '') {
        // A pattern of its own says it, too.
        const { backgroundImage } = getComputedStyle(element)
        const twin = saidIn.get(`pattern ${backgroundImage}`)
        if (twin !== undefined && twin !== element.className)
          faults.push(`${element.className} is said by a colour alone`)
        saidIn.set(`pattern ${backgroundImage}`, element.className)
      } else {
        if ((saidIn.get(word) ?? color) !== color) faults.push(`«${word.slice(0, 40)}» means two things by its colour`)
        saidIn.set(word, color)
      }
    }

    for (const chart of document.querySelectorAll('svg.chart')) {
      const drawn = new Map<string, string>()
      for (const element of chart.querySelectorAll('path, circle, rect')) {
        const series = element.getAttribute('class') ?? ''
        // Both are the frame.
        const name = series === 'axis' ? 'grid' : series
        const { strokeDasharray, strokeWidth, strokeLinecap, fill } = getComputedStyle(element)
        const form = [element.tagName, strokeDasharray, strokeWidth, strokeLinecap, fill !== 'none'].join(' ')
        const other = drawn.get(form)
        if (other !== undefined && other !== name)
          faults.push(
            `${other} and ${name} differ by their colour alone: ${chart.getAttribute('aria-label')?.slice(0, 60)}`,
          )
        drawn.set(form, name)
      }
    }
    return [...new Set(faults)]
  })
}
