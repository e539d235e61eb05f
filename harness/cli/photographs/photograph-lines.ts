import { printable } from '../../core/printable.ts'
import { showsMark } from '../../core/vocabulary.ts'
import { type MarkDocument, type PhotographDocument, showsLooseLayers } from './photograph-document.ts'

/**
 * A photograph's marks as a table for people.
 * @param open the marks that should lie open; others are left out unless they were read. Null: all of them
 */
export function photographLines(document: PhotographDocument, open: ReadonlySet<string> | null): readonly string[] {
  const { photo, card, looseLayers, marks, states, error } = document
  if (card === null && !showsLooseLayers(document)) return [printable(error?.message ?? `${photo}: no card`)]
  const looks = states.length === 0 ? '' : `, looks ${states.join(' or ')}`
  const rows = Object.entries(marks)
    .filter(([name, { outcome }]) => open === null || open.has(name) || showsMark[outcome] === true)
    .map(([name, mark]) => [name, mark.outcome, textCell(mark), sureCell(mark)])
  return [
    `${printable(photo)}: ${card === null ? looseLayersFound(looseLayers ?? []) : `card found, ${card.pixelsPerMm.toFixed(1)} px/mm`}${looks}`,
    ...table(rows).map(line => `  ${line}`),
  ]
}

function looseLayersFound(layers: readonly string[]): string {
  return `${layers.map(layer => layer.replace('-', ' ')).join(' and ')} found, loose`
}

function textCell({ outcome, text, because }: MarkDocument): string {
  if (text !== null) return printable(text)
  return outcome === 'read' ? '[secret]' : because
}

function sureCell({ outcome, confidence, readers }: MarkDocument): string {
  return showsMark[outcome] === true ? `${(confidence * 100).toFixed(1)} % ${readers.join(' + ')}` : ''
}

/** Rows as lines with aligned columns. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, [...cell].length)),
    [],
  )
  return rows.map(row =>
    row
      .map((cell, i) => cell + ' '.repeat(Math.max(0, widths[i]! - [...cell].length)))
      .join('  ')
      .trimEnd(),
  )
}
