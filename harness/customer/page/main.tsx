import { render } from 'preact'
import { installablePaths } from '../installable.ts'
import { type PageData, pageDataId } from '../page-data.ts'
import { App } from './app.tsx'

const data = JSON.parse(document.getElementById(pageDataId)?.textContent ?? 'null') as PageData
const root = document.querySelector('main')
if (root === null) throw new Error('the page has no place for what it shows')
if (data.lookUp !== null) {
  // Without one the page works as well, as long as there is a network.
  navigator.serviceWorker?.register(installablePaths.serviceWorker).catch(() => {})
}
render(<App {...data} />, root)
