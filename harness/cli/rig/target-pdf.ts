import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import {
  calibrationTarget,
  dotPlaceMm,
  isKey,
  squareCornersMm,
  type TargetDesign,
  verificationTarget,
} from '../../../devices/rig/calibration/target.ts'
import { replaceFile, writing } from '../write-file.ts'
import { print } from './chosen-rig.ts'

const pointsPerMm = 72 / 25.4
/** A4, lying. */
const page = { widthMm: 297, heightMm: 210 }

/** `assay rig target`: both targets, each on a page of its own, with a line to measure whether they were printed at 100 %. */
export async function printTargets(file: string): Promise<void> {
  const document = new PDFDocument({ autoFirstPage: false, info: { Title: 'Assay calibration targets' } })
  for (const design of [calibrationTarget, verificationTarget]) drawTarget(document, design)
  document.end()
  const pdf = await buffer(document)
  writing(file, 'target-unwritable', 'name another file', () => replaceFile(file, pdf))
  print(`${file}: two targets. Print them at 100 % on matte paper, cut them out, and lay them flat at card height.`)
}

function drawTarget(document: PDFKit.PDFDocument, design: TargetDesign): void {
  const mm = (value: number) => value * pointsPerMm
  document.addPage({ size: [mm(page.widthMm), mm(page.heightMm)], margin: 0 })
  const left = (page.widthMm - design.widthMm) / 2
  const top = (page.heightMm - design.heightMm) / 2
  const x = (value: number) => mm(left + design.originMm[0] + value)
  const y = (value: number) => mm(top + design.originMm[1] + value)
  for (const step of design.dots) {
    const [dotX, dotY] = dotPlaceMm(design, step)
    document.circle(x(dotX), y(dotY), mm((isKey(step) ? design.keyMm : design.dotMm) / 2)).fill('black')
  }
  const [first, ...rest] = squareCornersMm(design)
  document.moveTo(x(first![0]), y(first![1]))
  for (const [cornerX, cornerY] of rest) document.lineTo(x(cornerX), y(cornerY))
  document.closePath().fill('black')
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    document.moveTo(mm(x1), mm(y1)).lineTo(mm(x2), mm(y2)).stroke()
  // Cut marks outside the sheet, so that nothing but dots lies in the light.
  document.lineWidth(0.3).strokeColor('black')
  for (const [atX, outX] of [
    [left, -1],
    [left + design.widthMm, 1],
  ] as const) {
    for (const [atY, outY] of [
      [top, -1],
      [top + design.heightMm, 1],
    ] as const) {
      line(atX + 2 * outX, atY, atX + 8 * outX, atY)
      line(atX, atY + 2 * outY, atX, atY + 8 * outY)
    }
  }
  const middle = page.widthMm / 2
  const ruleY = top + design.heightMm + 16
  line(middle - 50, ruleY, middle + 50, ruleY)
  for (const end of [middle - 50, middle + 50]) line(end, ruleY - 2, end, ruleY + 2)
  document
    .font('Helvetica')
    .fontSize(9)
    .fillColor('black')
    .text(
      `Assay ${design.name} target, ${design.pitchMm} mm from dot to dot. The line is 100.0 mm long: measure it.`,
      0,
      mm(ruleY + 4),
      { width: mm(page.widthMm), align: 'center' },
    )
}
