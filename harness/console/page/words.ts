import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { languages, type Messages } from '../messages/index.ts'

export const Words = createContext<Messages>(languages['en']!)

/** All that the console says, in the person's language. */
export const useWords = (): Messages => useContext(Words)
