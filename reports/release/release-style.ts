/**
 * The style sheet of a release's report: system fonts only, light and dark on screen, dark on white in print. Words, shapes and
 * dashes say what colours say.
 */
export const releaseStyle = `
:root { color-scheme: light dark; --ink: #1b2026; --soft: #4f5965; --line: #d5dae0; --ground: #f3f4f6; --card: #fff; --steel: #2f4458;
  --good: #12663c; --good-ground: #e3f2ea; --open: #7c4a00; --open-ground: #fbf0da; --bad: #a51b16; --bad-ground: #fae6e4; --mark: #2b62c4 }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a9b3be; --line: #3a434d; --ground: #14181c; --card: #1d2329; --steel: #b8cbe0;
  --good: #7fd3a4; --good-ground: #16352625; --open: #f0bd6a; --open-ground: #3a2c1260; --bad: #ff9a92; --bad-ground: #45191660; --mark: #8fb6ff } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 1.2rem 1.2rem 3rem }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.2rem 1.5rem 1.4rem; margin: 0 0 1.2rem }
h1 { font-size: 1.1rem; letter-spacing: .12em; text-transform: uppercase; margin: 0; color: var(--steel) }
h2 { font-size: 1.15rem; margin: 0 0 .7rem } h3, .minor { font-size: .95rem; margin: 1.1rem 0 .35rem }
p { margin: .35rem 0; text-wrap: pretty } .soft { color: var(--soft) } small { font-size: .85em }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1rem; align-items: baseline }
.verdict { display: flex; gap: 1.1rem; align-items: center; margin: .8rem 0 .9rem; padding: .8rem 1.1rem; border: 2px solid currentColor; border-radius: 8px }
.verdict strong { font-size: 1.7rem; letter-spacing: .04em; line-height: 1.1 } .verdict p { color: var(--ink); margin: 0 }
.verdict svg { width: 2.6rem; height: 2.6rem; flex: none }
.RELEASED { color: var(--good); background: var(--good-ground) } .HELD { color: var(--open); background: var(--open-ground) } .REJECTED { color: var(--bad); background: var(--bad-ground) }
.rehearsal { border: 2px dashed var(--open); border-radius: 8px; padding: .45rem .9rem; font-weight: 700; color: var(--open); margin: .6rem 0 }
.reasons { margin: .4rem 0 .8rem; padding-left: 1.2rem }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .12rem 1.1rem; margin: .3rem 0 } .facts dt { color: var(--soft) } .facts dd { margin: 0; overflow-wrap: anywhere }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .8rem 1.8rem; align-items: start }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92em }
th { text-align: left; font-size: .84em; color: var(--soft); font-weight: 600 } td, th { padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
tbody th { color: var(--ink); font-size: 1em } tr:last-child > * { border-bottom: 0 } .number { text-align: right } td.number:not(:last-child), th.number:not(:last-child) { padding-right: 1.1rem }
.pass, .PASS { color: var(--good); font-weight: 600 } .fail, .FAIL, .ERROR { color: var(--bad); font-weight: 700 } .open, .INCONCLUSIVE, .never { color: var(--open); font-weight: 700 }
.whole { white-space: nowrap } .scroll { overflow-x: auto } .scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .88em; overflow-wrap: anywhere }
details { margin-top: .9rem } summary { cursor: pointer; color: var(--soft); font-weight: 600; width: fit-content }
.serials { font-size: .8em; margin: .4rem 0 0; word-spacing: 1rem; text-wrap: wrap; font-variant-numeric: tabular-nums }
.chart { width: 100%; height: auto; display: block; overflow: visible } .pareto { max-width: 40rem } figure { margin: 0; break-inside: avoid } figcaption { font-size: .85em; color: var(--soft); margin: .1rem 0 .6rem }
.chart text { font-size: 11px; fill: var(--ink) } .chart .end { text-anchor: end } .chart .middle { text-anchor: middle } .chart .tick { fill: var(--soft) }
.chart .grid { stroke: var(--line); fill: none } .chart .axis { stroke: var(--soft); fill: none } .chart .line { stroke: var(--ink); stroke-width: 2; fill: none } .chart .line.thin { stroke-width: 1.2 }
.chart .band { stroke: var(--ink); stroke-width: 1.6; fill: none } .chart .mean { stroke: var(--soft); stroke-dasharray: 12 3 2 3; fill: none } .chart .limit { stroke: var(--mark); stroke-dasharray: 6 4; fill: none; stroke-width: 1.4 } .chart .bound { stroke: var(--bad); stroke-dasharray: 2 3; fill: none; stroke-width: 1.6 }
.chart .point, .chart .bar { fill: var(--mark) } .chart .dots { stroke: var(--mark); stroke-width: 4; stroke-linecap: round; fill: none } .chart .signal { fill: none; stroke: var(--bad); stroke-width: 2 }
.defects { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .8rem 1.2rem; margin: .9rem 0 } .defects img { max-width: 100%; max-height: 16rem; width: auto; height: auto; border: 1px solid var(--line) }
.signs { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem 1.6rem } .signs > div { border-top: 1.5px solid var(--ink); padding-top: .3rem }
.evidence { display: flex; gap: 1.2rem; align-items: center; justify-content: space-between; margin-top: .8rem } .qr { width: 6.2rem; height: 6.2rem; flex: none; background: #fff; padding: .3rem }
@media screen and (max-width: 46rem) { .scroll tbody th, .scroll .number { white-space: nowrap } .two { grid-template-columns: minmax(0, 1fr) } section { padding: .9rem 1rem } .verdict { flex-wrap: wrap } .scroll td:not(.number, .whole) { min-width: 5.5rem } .scroll td:last-child:not(.number) { min-width: 11rem }
  .scroll.checks tbody th { white-space: normal } .scroll.checks td:last-child, .scroll.checks td:not(.number) { min-width: 0 } .scroll.checks :is(td, th) { padding-right: .45rem } .scroll.checks table { font-size: .8em } }
@media screen and (max-width: 30rem) { .chart text { font-size: 16px } .pareto text { font-size: 13px } }
@media print {
  :root { --ground: #fff; --card: #fff; --soft: #3d454d; --line: #c3c9cf; --good-ground: #fff; --open-ground: #fff; --bad-ground: #fff }
  html { font-size: 8.8pt } body { font-size: 8.8pt; line-height: 1.36 } main { max-width: none; padding: 0 1px } section { border: 0; padding: 0; margin: 0 0 5mm; border-radius: 0 }
  section + section { break-before: page } section.flows { break-before: auto } h2, h3, h2 + .soft { break-after: avoid } h2 + .soft { break-inside: avoid } tr, .signs > div, li { break-inside: avoid } thead { display: table-header-group }
  .verdict { margin: 2.5mm 0; padding: 2mm 4mm } .verdict strong { font-size: 17pt } td, th { padding-top: .5mm; padding-bottom: .5mm } .reasons { margin: .8mm 0 1.2mm } h1 { font-size: 11pt } h3, .minor { margin-top: 2.6mm }
  details::details-content { content-visibility: visible; block-size: auto } summary { list-style: none; color: var(--ink) }
  .scroll { overflow: visible } .qr { width: 18mm; height: 18mm } .two > figure .chart { max-height: 46mm } .head ~ .two > figure .chart { max-height: 28mm }
}
`
