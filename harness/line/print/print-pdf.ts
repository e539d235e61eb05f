import PDFDocument from 'pdfkit'
import { readFontFile } from '../../products/font.node.ts'
import type { RectMm } from '../../products/profile.ts'
import type { LayerInk } from './layer-ink.ts'
import { inkOfColour, type Sheet } from './sheet.ts'

/** One layer's page. */
export interface LayerPage {
  readonly ink: LayerInk
  /** The layer's own colour, `#rrggbb`; white and grey are the paper's and are not printed. */
  readonly colour: string
  /** A short text in the margin, cut away: serial and layer. */
  readonly label: string
}

/** Points a mm. */
const pt = 72 / 25.4
/** Black ink alone: four colours over each other would blur a module's edge. */
const black = [0, 0, 0, 100] as const

/**
 * One page a layer. Lengths in the content are points of a page whose MediaBox is the sheet.
 * @returns the file's bytes, which show what the layers show
 */
export async function printPdf(
  sheet: Sheet,
  pages: readonly LayerPage[],
  { title, date }: { title: string; date: Date },
): Promise<Uint8Array> {
  const document = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    size: [sheet.width * pt, sheet.height * pt],
    info: { Title: title, Creator: 'Assay', Producer: 'Assay', CreationDate: date, ModDate: date },
    pdfVersion: '1.7',
  })
  const parts: Uint8Array[] = []
  document.on('data', (part: Uint8Array) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => document.on('end', resolve).on('error', reject))
  for (const page of pages) drawPage(document, sheet, page)
  document.end()
  await ended
  const file = Uint8Array.from(Buffer.concat(parts))
  for (const part of parts) part.fill(0)
  return file
}

function drawPage(document: PDFKit.PDFDocument, sheet: Sheet, { ink, colour, label }: LayerPage): void {
  document.addPage()
  setBoxes(document, sheet)
  const background = inkOfColour(colour)
  if (background !== null) fillRect(document, sheet.bleed).fill(cmyk(background))
  const { trim, slug } = sheet
  for (const mark of sheet.cutMarks) fillRect(document, mark).fill([...black])
  document.fillColor([...black])
  for (const { rect, size, outlines } of ink.symbols) {
    const module = rect.width / size
    for (const outline of outlines) {
      for (const [i, [x, y]] of outline.entries()) {
        const at = [(trim.x + rect.x + x * module) * pt, (trim.y + rect.y + y * module) * pt] as const
        if (i === 0) document.moveTo(...at)
        else document.lineTo(...at)
      }
      document.closePath()
    }
    document.fill([...black], 'non-zero')
  }
  document.font(fontData(ink))
  const write = (text: string, x: number, y: number, capHeightMm: number, letterSpacingMm: number) =>
    document.fontSize(ink.font.emSize(capHeightMm) * pt).text(text, x * pt, y * pt, {
      lineBreak: false,
      baseline: 'alphabetic',
      characterSpacing: letterSpacingMm * pt,
      features: [],
    })
  for (const { text, x, y, capHeightMm, letterSpacingMm } of ink.texts) {
    write(text, trim.x + x, trim.y + y, capHeightMm, letterSpacingMm)
  }
  write(label, slug.x, slug.y, slug.capHeightMm, 0)
}

const fontData = ({ font }: LayerInk) => Buffer.from(readFontFile(font.file))

const fillRect = (document: PDFKit.PDFDocument, { x, y, width, height }: RectMm) =>
  document.rect(x * pt, y * pt, width * pt, height * pt)

/** PDF measures boxes from the bottom left. */
function setBoxes(document: PDFKit.PDFDocument, sheet: Sheet): void {
  const box = ({ x, y, width, height }: RectMm) =>
    [x, sheet.height - y - height, x + width, sheet.height - y].map(mm => Number((mm * pt).toFixed(4)))
  Object.assign(document.page.dictionary.data, { TrimBox: box(sheet.trim), BleedBox: box(sheet.bleed) })
}

/** The plain conversion without black ink; percent. */
function cmyk([r, g, b]: readonly [number, number, number]): [number, number, number, number] {
  const percent = (channel: number) => Math.round((100 * (255 - channel)) / 255)
  return [percent(r), percent(g), percent(b), 0]
}
