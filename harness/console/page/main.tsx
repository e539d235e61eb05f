import { render } from 'preact'
import { App } from './app.tsx'

const root = document.getElementById('console')
if (root === null) throw new Error('the page has no place for what it shows')
render(<App />, root)
