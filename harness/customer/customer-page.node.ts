import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { insideScript, policySource } from '../core/own-page.node.ts'
import { loadProfile } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import { cardFormOf } from './card-form.ts'
import { installablePaths } from './installable.ts'
import { languages } from './messages/index.ts'
import { firstId, type PageData, pageDataId, programId, type ThreadPrograms, threadPrograms } from './page-data.ts'
import { CarriedFonts, packedParts } from './photograph/reader-parts.node.ts'
import { idOfPart, type ReaderPart } from './photograph/reader-parts.ts'

export interface CustomerPageOptions {
  /** The products that the page offers, the first of them chosen. Default: the maker's cards that come with Assay. */
  readonly products?: readonly ProductProfile[] | undefined
  /**
   * Where a server answers for cards, relative to the page; it has what makes the page installable as well. Default: none, and the
   * page asks nobody for anything.
   */
  readonly lookUp?: string | undefined
  /** With all that reads photographs of cards: 30 MB instead of half a one. Default: without. */
  readonly reader?: boolean | undefined
}

export interface CustomerPage {
  readonly html: string
  /** The policy that the page carries, for a server to send as well. */
  readonly policy: string
}

/** JSON inside of an element: no tag can begin in it. */
const insideElement = (value: unknown): string => inAscii(JSON.stringify(value).replaceAll('<', '\\u003c'))

/**
 * The owner's page as one file that needs nothing else: programs, style and the forms of products are inside, and its policy
 * lets it load nothing. The same products give the same bytes.
 */
export async function customerPage({
  products,
  lookUp,
  reader = false,
}: CustomerPageOptions = {}): Promise<CustomerPage> {
  const profiles = products ?? makersCards.map(loadProfile)
  const fonts = new CarriedFonts()
  const data: PageData = {
    forms: profiles.map(cardFormOf),
    lookUp: lookUp ?? null,
    profiles: reader ? profiles.map(profile => carried(profile, fonts)) : [],
  }
  const { begin, page, ...threads } = await programsOfPage()
  const carriedThreads: Partial<ThreadPrograms> = reader ? threads : { card: threads.card }
  const scripts = {
    begin: insideScript(begin),
    page: inAscii(insideScript(page)),
    threads: inAscii(insideScript(`${threadPrograms}=${JSON.stringify(carriedThreads)}`)),
  }
  const parts: Readonly<Record<string, string>> = reader ? await packedParts() : {}
  const carriedParts = Object.entries(parts).map(([name, part]) => [idOfPart(name as ReaderPart), part] as const)
  const style = compactStyle(readFileSync(new URL('page/style.css', import.meta.url), 'utf8'))
  const isServed = lookUp !== undefined
  const policy = [
    "default-src 'none'",
    // WebAssembly is made in the page itself; the workers' programs are inside of its own.
    `script-src ${Object.values(scripts).map(policySource).join(' ')} 'wasm-unsafe-eval'`,
    `style-src ${policySource(style)}`,
    `worker-src blob:${isServed ? " 'self'" : ''}`,
    'img-src data:',
    'media-src blob: mediastream:',
    `connect-src ${isServed ? "'self'" : "'none'"}`,
    ...(isServed ? ["manifest-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const behind = [...carriedParts, ...fonts.packed]
  return { html: pageOf({ scripts, style, policy, data, parts: behind, isServed }), policy }
}

/** Without what only people read. No string of the style has braces, commas or semicolons. */
const compactStyle = (style: string): string =>
  style
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .trim()

/** A profile as the page has it: without what no page can use, its fonts by their digests. */
function carried({ appearance: _, ...profile }: ProductProfile, fonts: CarriedFonts): ProductProfile {
  const named = (font: string | null) => (font === null ? null : fonts.nameOf(font))
  const { etching, print } = profile.fonts
  return { ...profile, fonts: { ...profile.fonts, etching: named(etching), print: named(print) } }
}

/** Cards that people own, those that most have first. The reference cards are for trying Assay out. */
export const makersCards = ['real', 'pure', 'pro', 'block']

interface Parts {
  /** As they stand in the page: the policy has their digests. */
  readonly scripts: Readonly<Record<'begin' | 'page' | 'threads', string>>
  readonly style: string
  readonly policy: string
  readonly data: PageData
  readonly isServed: boolean
  /** What reads photographs, by the id of its element. */
  readonly parts: readonly (readonly [id: string, part: string])[]
}

const licences = readFileSync(new URL('page/licences.txt', import.meta.url), 'utf8')

/**
 * Characters beyond ASCII as escapes, which only texts and patterns of a program have: a browser decodes, keeps and compiles a page of
 * ASCII alone in half the time.
 */
const inAscii = (program: string): string =>
  program.replaceAll(beyondAscii, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

const beyondAscii = /[^\0-\x7f]/g

/** The same in text and attributes. */
const inReferences = (text: string): string => text.replaceAll(beyondAscii, one => `&#${one.charCodeAt(0)};`)

const inside = (text: string): string => inReferences(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))

/** The head of the page as its program shows it, for the moment until it does. */
const shownFirst = Object.entries(languages)
  .map(
    ([tag, { title, lead }]) =>
      `<header lang="${tag}"${tag === 'en' ? '' : ' hidden'}><h1>${inside(title)}</h1><nav aria-hidden="true">${Object.values(
        languages,
      )
        .map(({ language }) => `<button disabled>${inside(language)}</button>`)
        .join('')}</nav><p>${inside(lead)}</p></header>`,
  )
  .join('\n')

/** What is shown first stands first: a browser shows it while it reads the rest, up to 30 MB, by which threads work. */
const pageOf = ({ scripts, style, policy, data, parts, isServed }: Parts): string => `<!doctype html>
<html lang="en" translate="no" class="notranslate" writingsuggestions="false">
<!--
${licences}-->
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="google" content="notranslate">
<title>Open your card</title>
<link rel="icon" href="data:,">
${isServed ? `<link rel="manifest" href="${installablePaths.manifest}">\n` : ''}<style>${style}</style>
<div id="${firstId}">${shownFirst}</div>
<script>${scripts.begin}</script>
<main></main>
<p class="copy">This is a copy that a browser made, without the program of the page: what stood in it counts for nothing, and it may hold a key. Delete it, and open the page itself.<br><span lang="de">Das ist eine Kopie, die ein Browser gemacht hat, ohne das Programm der Seite: Was in ihr stand, gilt nicht, und sie kann einen Schl&uuml;ssel enthalten. L&ouml;schen Sie sie und &ouml;ffnen Sie die Seite selbst.</span></p>
<noscript>This page does its sums in the browser: switch JavaScript on.</noscript>
<script type="application/json" id="${pageDataId}">${insideElement(data)}</script>
<script type="text/plain" id="${programId}">${scripts.page}</script>
<script>${scripts.threads}</script>
${parts.map(([id, part]) => `<script type="text/plain" id="${id}">${part}</script>\n`).join('')}</html>
`

/** Bundled once with the package; in a checkout from the sources, each time anew, by a tool that only a checkout has. */
async function programsOfPage(): Promise<Programs> {
  const bundled = new URL('page-programs.json', import.meta.url)
  if (existsSync(bundled)) return JSON.parse(readFileSync(bundled, 'utf8')) as Programs
  const checkout = join(import.meta.dirname, '..', '..')
  const bundler = pathToFileURL(join(checkout, 'bin', 'customer-bundle.mjs')).href
  return ((await import(bundler)) as { customerBundle: () => Promise<Programs> }).customerBundle()
}

interface Programs extends ThreadPrograms {
  readonly begin: string
  readonly page: string
}
