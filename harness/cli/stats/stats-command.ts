import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { galleryMark, galleryPage, knownSentence } from '../../../reports/gallery/gallery-page.ts'
import { printable } from '../../core/printable.ts'
import { Gallery, type GalleryView } from '../../lots/yield/gallery-view.ts'
import type { Grouping } from '../../lots/yield/groupings.ts'
import type { Yield, YieldFilter } from '../../lots/yield/yield.ts'
import { type JournalOptions, readSoundJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { refuseInRelease } from '../lot/release-folder.ts'
import { assayVersion } from '../version.ts'
import { replaceFile, requireOwnFile, writing } from '../write-file.ts'

export interface StatsOptions extends JournalOptions, YieldFilter {
  readonly by: Grouping
  /** The page to write. */
  readonly out?: string
}

/** `assay stats`: first-pass and final yield, and what units failed, by the journal. */
export async function sayStats(options: StatsOptions): Promise<void> {
  const { view } = await viewOf(options)
  say(options, view.yields, yieldLines(view.yields))
}

/** `assay report gallery`: a page of past runs and lots. */
export async function writeGallery(options: StatsOptions & { readonly out: string }): Promise<void> {
  const { view, place } = await viewOf(options)
  const out = resolve(options.out)
  refuseInRelease(options.out)
  const linkOf = (folder: string) => {
    const report = join(folder, 'report.html')
    if (!existsSync(report)) return null
    const near = relative(dirname(out), report)
    return near.startsWith('..') ? pathToFileURL(report).href : near.split('\\').join('/')
  }
  requireOwnFile(out, galleryMark, 'page of past runs and lots')
  const html = galleryPage(view, { version: assayVersion(), place, linkOf })
  writing(out, 'results-unwritable', 'free some room or choose another place', () => replaceFile(out, html))
  const { lots, runs } = view
  say(options, { page: out, lots: lots.length, runs: runs.length }, [
    `${lots.length} lots and ${runs.length} runs: ${printable(out)}`,
  ])
}

async function viewOf(options: StatsOptions): Promise<{ readonly view: GalleryView; readonly place: string }> {
  const { by, product, lot, rig, operator, since, until } = options
  const given = Object.entries({ product, lot, rig, operator, since, until })
  const filter: YieldFilter = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  await using journal = await readSoundJournal(options)
  const gallery = new Gallery()
  for await (const entry of journal.entries()) gallery.take(entry)
  return { view: gallery.view(by, filter), place: journal.place }
}

function yieldLines({ by, rows, findings, unknown, known }: Yield): readonly string[] {
  if (rows.length === 0)
    return ['No unit was inspected that is asked for.', ...(known === 0 ? [] : [knownSentence(known)])]
  const wide = Math.max(by.length, ...rows.map(({ group }) => group.length))
  const percent = (count: number, of: number) => `${((100 * count) / of).toFixed(1)} %`.padStart(8)
  const lead = (text: string) => (by === 'station' ? '' : `${printable(text).padEnd(wide)}  `)
  return [
    `${lead(by)}station  units  passed at once     passed in the end  attempts`,
    ...rows.map(
      ({ group, station, units, first, final, attempts }) =>
        `${lead(group)}${station.padEnd(7)}${String(units).padStart(7)}${String(first.PASS).padStart(7)}${percent(first.PASS, units)}   ${String(final.PASS).padStart(7)}${percent(final.PASS, units)}  ${String(attempts).padStart(10)}`,
    ),
    ...(findings.length === 0 ? [] : ['', 'What units failed, at any attempt:']),
    ...findings.map(({ check, station, units }) => `${String(units).padStart(7)}  ${printable(check)} at ${station}`),
    ...(unknown + known === 0 ? [] : ['']),
    ...(unknown === 0 ? [] : [`In ${unknown} more inspections no unit was recognised.`]),
    ...(known === 0 ? [] : [knownSentence(known)]),
  ]
}
