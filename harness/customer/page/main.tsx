import { render } from 'preact'
import { type PageData, pageDataId } from '../page-data.ts'
import { App } from './app.tsx'

const data = JSON.parse(document.getElementById(pageDataId)?.textContent ?? 'null') as PageData
const root = document.querySelector('main')
if (root === null) throw new Error('the page has no place for what it shows')
render(<App {...data} />, root)
