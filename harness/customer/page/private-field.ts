/** Nothing that a browser might keep, mend or send to a dictionary, nor a manager of passwords offer to keep. */
export const unremembered = {
  autocomplete: 'off',
  autocapitalize: 'off',
  // A property that is true for any text but the empty one.
  autocorrect: '',
  spellcheck: false,
  // What completes and mends texts on its maker's servers: Edge, Grammarly, LanguageTool, Microsoft Editor.
  writingsuggestions: 'false',
  'data-gramm': 'false',
  'data-gramm_editor': 'false',
  'data-enable-grammarly': 'false',
  'data-lt-active': 'false',
  'data-ms-editor': 'false',
  // What managers of passwords look for: 1Password, LastPass, Bitwarden, Dashlane, Proton Pass.
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  'data-bwignore': 'true',
  'data-form-type': 'other',
  'data-protonpass-ignore': 'true',
} as const

/**
 * How a field shows what is typed. Of a password field every browser offers to keep what was in it, whatever the page says: so the
 * letters of a plain one are hidden by style where a browser can do that.
 */
export const shownAs = (shown: boolean) => {
  if (shown) return { type: 'text' } as const
  return CSS.supports('-webkit-text-security', 'disc')
    ? ({ type: 'text', class: 'masked' } as const)
    : ({ type: 'password' } as const)
}
