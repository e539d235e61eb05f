/**
 * The report's whole style sheet. System fonts only, nothing is loaded; verdict colours have a contrast of at least 4.5
 * on their ground (WCAG 2.2, 1.4.3), and sign and word say the same as the colour.
 */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2127; --soft: #56606b; --line: #dde1e6; --ground: #f4f5f7; --card: #ffffff; --steel: #33475b;
  --pass: #176d43; --inconclusive: #8a5300; --fail: #b01f1a; --error: #67309a;
  --pass-ground: #e6f3ec; --inconclusive-ground: #fbf0dc; --fail-ground: #fbe8e6; --error-ground: #f1e8f8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ed; --soft: #a3adb8; --line: #363e47; --ground: #15191d; --card: #1e2429; --steel: #22303d;
    --pass: #5fd39a; --inconclusive: #f0b554; --fail: #ff8f86; --error: #cda4f2;
    --pass-ground: #173326; --inconclusive-ground: #3a2c10; --fail-ground: #43201e; --error-ground: #33224a;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif }
main, .top-inner, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.5rem }
.top { background: var(--steel); color: #fff; padding: 1.6rem 0 4.2rem }
.top h1 { margin: 0; font-size: 1.65rem; letter-spacing: -.01em; text-wrap: balance }
.top p { margin: .3rem 0 0; color: #dbe3ec }
.mark-of-house { font-size: .8rem; letter-spacing: .16em; text-transform: uppercase; color: #b9c8d8; margin-bottom: .5rem }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .8rem }
h4 { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 1.3rem 0 .45rem }
a { color: inherit; text-underline-offset: .18em }
a:focus-visible, summary:focus-visible { outline: 3px solid #2f6fde; outline-offset: 2px; border-radius: 3px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem; background: var(--card); color: var(--ink); padding: .4rem .8rem; z-index: 1 }
code, .text { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .92em; overflow-wrap: anywhere }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 1px 2px rgb(28 33 39 / .05) }

.summary { margin-top: -3rem; padding: 1.3rem 1.5rem 1.4rem }
.sentence { margin: 0 0 1rem; font-size: 1.15rem; font-weight: 600; text-wrap: pretty }
.tally { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .8rem; margin: 0; padding: 0; list-style: none }
.tally li { display: flex; align-items: center; gap: .75rem; padding: .7rem .9rem; border-radius: 8px; background: var(--ground) }
.tally b { display: block; font-size: 1.6rem; line-height: 1.1; font-variant-numeric: tabular-nums }
.tally strong { display: block; font-size: .74rem; letter-spacing: .06em }
.tally span { display: block; font-size: .78rem; line-height: 1.35; color: var(--soft) }
.tally svg { width: 2rem; height: 2rem; flex: none }
.tally li.pass { background: var(--pass-ground) } .tally li.inconclusive { background: var(--inconclusive-ground) }
.tally li.fail { background: var(--fail-ground) } .tally li.error { background: var(--error-ground) }
.tally li.none { background: var(--ground); filter: grayscale(1) }
.share { display: flex; height: .55rem; margin: 1rem 0 0; border-radius: 99px; overflow: hidden; gap: 2px }
.share i { display: block } .share .pass { background: var(--pass) } .share .inconclusive { background: repeating-linear-gradient(45deg, #c98a17 0 6px, var(--card) 6px 8px) }
.share .fail { background: repeating-linear-gradient(90deg, var(--fail) 0 8px, var(--card) 8px 10px) } .share .error { background: repeating-linear-gradient(-45deg, var(--error) 0 3px, var(--card) 3px 5px) }
.alarm { margin: 1.1rem 0; padding: .8rem 1rem; border: 2px solid var(--fail); border-radius: 8px; background: var(--fail-ground); font-weight: 600 }

table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th { text-align: left; font-size: .74rem; letter-spacing: .05em; text-transform: uppercase; color: var(--soft); font-weight: 600; white-space: nowrap }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
tbody tr:last-child > * { border-bottom: 0 }
.overview :is(tbody th, td) { overflow-wrap: anywhere } .overview tbody th { white-space: normal }
tbody th { font-size: .92rem; text-transform: none; letter-spacing: 0; color: var(--ink) }
.overview { padding: .5rem 1.5rem .4rem } .overview th[scope=row] { min-width: 8rem } .overview td.because { width: 56% } .overview td.verdict, .overview td.station { white-space: nowrap } .overview .not-proved { display: block; margin-left: 0; white-space: normal }
.filter { margin: 1.2rem 0 -1rem; color: var(--soft) } .filter input { margin-right: .4rem; width: 1.1rem; height: 1.1rem; vertical-align: -.15rem }
body:has(#only-open:checked) :is(.overview tr.pass, .unit.pass:not(.counts-otherwise), .settled) { display: none }
td.number { text-align: right; white-space: nowrap }

.badge { display: inline-flex; align-items: center; gap: .4rem; padding: .12rem .6rem .12rem .35rem; border-radius: 99px; font-size: .8rem; font-weight: 700; letter-spacing: .03em; white-space: nowrap }
.badge svg { width: 1.1rem; height: 1.1rem }
.badge.pass { color: var(--pass); background: var(--pass-ground) } .badge.inconclusive { color: var(--inconclusive); background: var(--inconclusive-ground) }
.badge.fail { color: var(--fail); background: var(--fail-ground) } .badge.error { color: var(--error); background: var(--error-ground) }
.badge.large { font-size: .95rem; padding: .3rem .9rem .3rem .55rem } .badge.large svg { width: 1.35rem; height: 1.35rem }
:is(.sign, .word, .gauge).pass { color: var(--pass) } :is(.sign, .word, .gauge).inconclusive { color: var(--inconclusive) } :is(.sign, .word, .gauge).fail { color: var(--fail) } :is(.sign, .word, .gauge).error { color: var(--error) }

.unit { margin: 0 0 1.2rem; padding: 1.2rem 1.5rem 1.3rem; border-left-width: 5px; scroll-margin-top: 1rem }
.unit.pass { border-left-color: var(--pass) } .unit.inconclusive { border-left-color: #c98a17 } .unit.fail { border-left-color: var(--fail) } .unit.error { border-left-color: var(--error) }
.unit > header { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem }
.unit > header h3 { margin: 0; min-width: 0; overflow-wrap: anywhere; font-size: 1.25rem; letter-spacing: 0; text-transform: none; color: var(--ink) }
.unit > header .where { color: var(--soft) } .unit > header .badge { margin-left: auto }
.unit .because { margin: .5rem 0 0; max-width: 62rem; overflow-wrap: anywhere }
.overview td.remark { min-width: 12rem; color: var(--soft) }
.not-proved { color: var(--soft); font-weight: 600; margin-left: .6rem }
.unit .remark { margin: .35rem 0 0; color: var(--soft); overflow-wrap: anywhere }
.seen { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 1.6rem; margin-top: 1rem; align-items: start }
.seen.plain { grid-template-columns: minmax(0, 1fr) }
figure { margin: 0 } figcaption { margin-top: .3rem; font-size: .8rem; color: var(--soft) }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; background: #e8eaed }
figure.card-front img { border-radius: 12px }
.crops { display: flex; flex-wrap: wrap; gap: .9rem 1rem; margin-top: 1rem; align-items: flex-end }
.crops img { width: auto; height: 4rem; max-width: 100%; object-fit: contain }
.crops .bad img { outline: 2px solid var(--fail); outline-offset: 1px }
.seen h4 { margin-top: .2rem }
.findings { list-style: none; margin: 0; padding: 0 }
.findings li { display: grid; grid-template-columns: 1.35rem minmax(0, 1fr); gap: .1rem .6rem; padding: .42rem 0; border-bottom: 1px solid var(--line) }
.findings li:last-child { border-bottom: 0 }
.findings > li > svg { width: 1.2rem; height: 1.2rem; margin-top: .15rem }
.findings b { font-weight: 600 } .findings .word { font-size: .72rem; letter-spacing: .04em; margin-left: .4rem; font-weight: 700 }
.findings p { overflow-wrap: anywhere; grid-column: 2; margin: 0; color: var(--soft); text-wrap: pretty } .findings .fail p, .findings .error p, .findings .inconclusive p { color: var(--ink) }
.beside { grid-column: 2; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 .8rem; margin: .25rem 0 0; font-size: .9rem } .beside dt { color: var(--soft) } .beside dd { margin: 0 } .beside mark { background: var(--fail-ground); color: var(--fail); font-weight: 700; text-decoration: underline }
.passed { display: flex; flex-wrap: wrap; gap: .35rem .5rem; list-style: none; margin: .7rem 0 0; padding: 0 }
.passed li { display: inline-flex; align-items: center; gap: .35rem; padding: .1rem .6rem .1rem .3rem; border-radius: 99px; background: var(--pass-ground); font-size: .85rem } .passed svg { width: 1rem; height: 1rem }
details { margin-top: .9rem } summary { cursor: pointer; color: var(--soft); font-weight: 600; width: fit-content }
.scroll { overflow-x: auto } .scroll:focus-visible { outline: 3px solid #2f6fde }
.gauge { display: block; width: 9rem; height: .9rem; color: var(--soft) }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1.2rem; margin: 0; font-size: .9rem } .facts dt { color: var(--soft) } .facts dd { margin: 0; overflow-wrap: anywhere }
footer { padding-top: .6rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .85rem }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

@media screen and (max-width: 46rem) {
  main, .top-inner, footer { padding: 0 1rem }
  .top { padding: 1.2rem 0 3.8rem } .top h1 { font-size: 1.35rem }
  .summary, .overview, .unit { padding-left: 1rem; padding-right: 1rem }
  .tally { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem } .tally li { padding: .55rem .6rem; gap: .5rem; min-width: 0 } .tally strong { font-size: .68rem; letter-spacing: .02em } .tally span { display: none }
  .seen { grid-template-columns: minmax(0, 1fr); gap: 1rem }
  .unit > header .badge { margin-left: 0 } .facts { grid-template-columns: minmax(0, 1fr) } .facts dd { margin-bottom: .4rem } .sentence, h1 { overflow-wrap: anywhere }
  .overview td.verdict, .overview th[scope=row] { white-space: normal; min-width: 0 }
  .overview thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .overview table, .overview tbody { display: block }
  .overview tr { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 0 .8rem; padding: .6rem 0; border-bottom: 1px solid var(--line) } .overview tbody tr:last-child { border-bottom: 0 }
  .overview th, .overview td { border: 0; padding: .08rem 0 } .overview td.because, .overview td.remark { grid-column: 1 / -1; width: auto }
  .overview td.station { grid-column: 1; grid-row: 2; color: var(--soft) } .overview td.verdict { grid-column: 2; grid-row: 1 / span 2; align-self: center }
}
@media print {
  @page { margin: 14mm 14mm 18mm; @bottom-right { content: counter(page) " of " counter(pages); font: 8pt sans-serif; color: #56606b } }
  details::details-content { content-visibility: visible; block-size: auto } .filter { display: none }
  html { font-size: 11px } body { background: #fff; font-size: 8.5pt; line-height: 1.35 } .top { background: none; color: var(--ink); padding: 0 0 .6rem } .top p, .mark-of-house { color: var(--soft) }
  main, .top-inner, footer { padding: 0; max-width: none } .summary { margin-top: .6rem }
  .panel { box-shadow: none; break-inside: avoid-page } .overview.panel { break-inside: auto } .unit { break-inside: avoid-page } .unit > header, figure, .findings li, tr { break-inside: avoid }
  .unit > header, h2, h3, h4 { break-after: avoid } .skip { display: none } summary { list-style: none; display: none } .scroll { overflow: visible } table, tbody th { font-size: 7pt } th, td { padding-top: .1rem; padding-bottom: .1rem; line-height: 1.25 }
  .overview table { table-layout: fixed } .overview thead th:first-child { width: 17% } .overview thead th:nth-child(2):not(:last-child) { width: 9% } .overview thead th:nth-child(3) { width: 15% } .overview thead th:nth-child(5) { width: 20% } .overview td.remark { min-width: 0 } .gauge { height: .7rem }
  td .badge { padding: 0 .4rem; font-size: 7pt }
  .badge, .tally li, .share i, .alarm { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
`
