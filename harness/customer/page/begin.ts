import { languageOf } from '../../core/language.ts'
import { firstId, programId } from '../page-data.ts'

/*
 * Runs before all else of the page: chooses the language of what stands in the file for everybody to see first, and has that shown before the
 * page's own program, which takes longer by far, is begun.
 */

const first = [...document.querySelectorAll<HTMLElement>(`#${firstId} > [lang]`)]
const language = languageOf(navigator.languages, Object.fromEntries(first.map(({ lang }) => [lang, true])))
document.documentElement.lang = language
for (const one of first) one.hidden = one.lang !== language

/** A page that nobody sees is shown no frame: it begins all the same. */
const patienceMs = 300
const retryMs = 5

let begun = false
function begin(): void {
  if (begun) return
  const text = document.getElementById(programId)
  // What stands behind it says that all of it was read.
  if (!text?.nextElementSibling) return void setTimeout(begin, retryMs)
  begun = true
  const program = document.createElement('script')
  program.textContent = text.textContent
  text.replaceWith(program)
}

requestAnimationFrame(() => setTimeout(begin))
setTimeout(begin, patienceMs)
