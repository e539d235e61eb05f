import { sharp } from '../imaging/sharp.node.ts'
import { escapeXml as escaped } from '../products/drawing.ts'
import { placedMarks } from '../products/geometry.ts'
import type { ProductProfile, RectMm } from '../products/profile.ts'
import { FLAT_PIXELS_PER_MM, type Shown } from './shown.ts'
import type { Taught } from './teach.ts'

/** What is shown of a photograph, px/mm: enough to see a mark's place, too little for a print. */
const SHOWN_PIXELS_PER_MM = 8
/** Room around what must not be seen, mm. */
const MASK_ROOM_MM = 1

/**
 * The page that shows what was learned: each mark over each photograph, means with their standard errors, what was guessed, what was
 * left out. Secrets are blacked out in the pictures, and so is every line that nothing explains.
 */
export async function teachPage(taught: Taught, profile: ProductProfile): Promise<string> {
  const pictures = await Promise.all(taught.shown.map(one => figure(one, profile)))
  const rows = taught.measures.map(
    ({ of, what, mean, standardError, worst, n, unit }) =>
      `<tr><td>${escaped(of)}<td>${escaped(what)}<td>${mean.toFixed(3)} ${unit}<td>${Number.isFinite(standardError) ? `± ${standardError.toFixed(3)}` : 'unknown'}<td>${worst.toFixed(3)}<td>${n}`,
  )
  const lessons = taught.lessons.map(
    ({ of, because, leavesOut }) =>
      `<li><b>${escaped(of)}</b>: ${escaped(because)}${leavesOut === null ? '' : ' <em>(not learned from)</em>'}`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(profile.title)}: as it was taught</title>
<style>body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;font-variant-numeric:tabular-nums}figure{margin:1.5rem 0}svg{max-width:100%;height:auto;display:block}figcaption{color:#555}</style>
<h1>${escaped(profile.title)}</h1>
<p>Learned from ${taught.units.length} units in ${taught.shown.length} photographs. Check it with <code>assay product check</code>; change what is wrong in the file: that stays when it is taught again.
<h2>What was found wrong, and what is missing</h2>${lessons.length === 0 ? '<p>Nothing.' : `<ul>${lessons.join('')}</ul>`}
<h2>What was guessed</h2><ul>${profile.nominal.map(sentence => `<li>${escaped(sentence)}`).join('')}</ul>
<h2>Characters</h2><ul>${taught.unknown.map(sentence => `<li>${escaped(sentence)}`).join('')}</ul>
<h2>Measures</h2><p>Means over units; a standard error says how far they may be from those of all units, the worst residual how far one unit was.
<table><tr><th>mark<th>what<th>mean<th>standard error<th>worst residual<th>units</tr>${rows.join('</tr>')}</tr></table>
<h2>Photographs</h2><p>Dashed: the profile. Solid: what the photograph shows. Secrets are blacked out.
${pictures.join('\n')}
</html>
`
}

async function figure(shown: Shown, profile: ProductProfile): Promise<string> {
  const { flat, name, unit, state, light, free, places, symbols } = shown
  const data = Uint8Array.from(flat.data)
  const hidden: RectMm[] = [
    ...placedMarks(profile)
      .filter(({ secret }) => secret)
      .map(({ rectOnCard }) => rectOnCard),
    ...free.map(({ rect }) => rect),
    ...places.filter(({ content }) => content === 'passphrase' || content === 'epk').map(({ line }) => line.rect),
    ...symbols
      .filter(({ payload }) => payload === 'epk')
      .map(({ square: { xMm, yMm, sideMm } }) => ({ x: xMm, y: yMm, width: sideMm, height: sideMm })),
  ]
  for (const rect of hidden) blackOut(data, flat.width, flat.height, flat.channels, rect)
  const scale = SHOWN_PIXELS_PER_MM / FLAT_PIXELS_PER_MM
  const jpeg = await sharp(data, { raw: { width: flat.width, height: flat.height, channels: flat.channels as 1 | 3 } })
    .resize(Math.round(flat.width * scale))
    .jpeg({ quality: 70 })
    .toBuffer()
  const { width, height } = profile.card
  const box = ({ x, y, width: w, height: h }: RectMm, style: string) =>
    `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${w.toFixed(2)}" height="${h.toFixed(2)}" fill="none" ${style}/>`
  const marks = placedMarks(profile).map(
    mark =>
      box(mark.rectOnCard, `stroke="#0050ff" stroke-width=".15" stroke-dasharray=".8 .5"`) +
      `<text x="${mark.rectOnCard.x.toFixed(2)}" y="${(mark.rectOnCard.y - 0.3).toFixed(2)}" font-size="1.6" fill="#0050ff">${escaped(mark.name)}</text>`,
  )
  const sticker = profile.sticker === null ? '' : box(profile.sticker.rect, `stroke="#0050ff" stroke-width=".15"`)
  const found = [
    ...symbols.map(
      ({ square: { xMm, yMm, sideMm, turnDeg } }) =>
        `<rect transform="translate(${xMm.toFixed(2)} ${yMm.toFixed(2)}) rotate(${turnDeg.toFixed(2)})" width="${sideMm.toFixed(2)}" height="${sideMm.toFixed(2)}" fill="none" stroke="#e00" stroke-width=".12"/>`,
    ),
    ...places.map(({ line }) => box(line.rect, 'stroke="#e00" stroke-width=".1"')),
  ]
  return `<figure><svg viewBox="0 0 ${width} ${height}" width="${width * SHOWN_PIXELS_PER_MM}"><image href="data:image/jpeg;base64,${jpeg.toString('base64')}" width="${width}" height="${height}"/>${sticker}${marks.join('')}${found.join('')}</svg><figcaption>${escaped(name)}: ${escaped(unit)}, ${state}, ${escaped(light)}</figcaption></figure>`
}

function blackOut(data: Uint8Array, width: number, height: number, channels: number, rect: RectMm): void {
  const clamp = (mm: number, most: number) => Math.max(0, Math.min(most, Math.round(mm * FLAT_PIXELS_PER_MM)))
  const [left, right] = [clamp(rect.x - MASK_ROOM_MM, width), clamp(rect.x + rect.width + MASK_ROOM_MM, width)]
  const [top, bottom] = [clamp(rect.y - MASK_ROOM_MM, height), clamp(rect.y + rect.height + MASK_ROOM_MM, height)]
  for (let y = top; y < bottom; y++) data.fill(0, (y * width + left) * channels, (y * width + right) * channels)
}
