import { isBareKey } from './typed-code.ts'

/**
 * What a text of a picture is, where it is of the wanted kind: texts that say the same of one card give the same name. Null: of another
 * kind.
 */
export type NameOf = (text: string) => string | null

export type PickedCode =
  | { readonly outcome: 'one'; readonly text: string }
  /** `several`: different ones, of two cards perhaps; `other`: texts, none of the wanted kind; `secret`: a key among them; `none`: no text. */
  | { readonly outcome: 'several' | 'other' | 'secret' | 'none' }

/** The one text of the wanted kind among those of a picture. Which of two cards is meant, their order does not say. */
export function pickedCode(texts: readonly string[], nameOf: NameOf): PickedCode {
  const wanted = texts.filter(text => nameOf(text) !== null)
  if (wanted[0] === undefined)
    return { outcome: texts.some(isBareKey) ? 'secret' : texts.length > 0 ? 'other' : 'none' }
  const names = new Set(wanted.map(nameOf))
  return names.size > 1 ? { outcome: 'several' } : { outcome: 'one', text: wanted[0] }
}

/** A reader sees one of two codes in a frame now and then: so many frames have to agree. */
const framesThatAgree = 2

/**
 * {@link pickedCode} of all that a moving picture has shown so far, frame by frame. One alone is only taken once it was seen twice: till
 * then nothing was found.
 */
export function pickedFromFrames(frames: readonly (readonly string[])[], nameOf: NameOf): PickedCode {
  const picked = pickedCode(frames.flat(), nameOf)
  if (picked.outcome !== 'one') return picked
  const showing = frames.filter(texts => texts.some(text => nameOf(text) !== null))
  return showing.length < framesThatAgree ? { outcome: 'none' } : picked
}
