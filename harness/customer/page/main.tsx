import { render } from 'preact'
import { languageOf } from '../../core/language.ts'
import { installablePaths } from '../installable.ts'
import { languages } from '../messages/index.ts'
import { firstId, type PageData, pageDataId } from '../page-data.ts'
import { App } from './app.tsx'

const data = JSON.parse(document.getElementById(pageDataId)?.textContent ?? 'null') as PageData
const root = document.querySelector('main')
if (root === null) throw new Error('the page has no place for what it shows')
// Inside of another page nobody can tell whose page it is, nor what lies over it; the policy in a file cannot forbid it.
const isFramed = window.top !== window.self
if (data.lookUp !== null && !isFramed) {
  // Without one the page works as well, as long as there is a network.
  navigator.serviceWorker?.register(installablePaths.serviceWorker).catch(() => {})
}
render(isFramed ? <Framed /> : <App {...data} />, root)
document.getElementById(firstId)?.remove()
showRunning(root)

/**
 * Shows the page by a style that lives in the running program alone: in a copy that a browser made of what stood in it, without its
 * program, an old verdict and a key are not seen as if they were the page's.
 */
function showRunning(main: HTMLElement): void {
  try {
    const running = new CSSStyleSheet()
    running.replaceSync('main:not(:empty) { display: block } .copy { display: none !important }')
    document.adoptedStyleSheets = [running]
  } catch {
    main.classList.add('running')
  }
}

function Framed() {
  const words = languages[languageOf(navigator.languages, languages)]!
  return <p role="alert">{words.framed}</p>
}
