import { type Mutant, mutantsOf } from './mutant.ts'

const apart = ['harness/line/separation/separation.test.ts']

/** How a site is kept apart from the other one, from the network and from its own machine. */
export const separationMutants: readonly Mutant[] = [
  ...mutantsOf('harness/line/separation/launch-site.ts', apart, [
    [
      '    env: {\n',
      '    env: {\n      ...process.env,\n',
      'a secret of the shell, or a NODE_OPTIONS that lifts the permissions, reaches the site',
    ],
    ["    '--permission',\n", '', 'a site reads what it likes'],
    [
      '...[folder, ...writes].map(path => `--allow-fs-write=${path}`)',
      '`--allow-fs-write=*`',
      'a site writes what it likes',
    ],
    [
      '...readable.map(path => `--allow-fs-read=${path}`)',
      '`--allow-fs-read=*`',
      "a site reads the other site's folder",
    ],
    [
      "    '--permission',\n",
      "    '--permission',\n    '--allow-addons',\n",
      'native code is loaded where keys are made, and does what it likes',
    ],
    ["'ulimit -c 0; exec", "'exec", 'a crash leaves the memory of a site in a file'],
    [
      'if (isWithin(folder, code) || isWithin(code, folder)) {',
      'if (isWithin(code, folder)) {',
      'a site rewrites the code that guards it',
    ],
    [
      'if (isWithin(folder, code) || isWithin(code, folder)) {',
      'if (isWithin(folder, code)) {',
      "a site's folder holds the code that guards it",
    ],
    ['  if (link !== undefined) {\n', '  if (false) {\n', 'a link is a door out of the folder'],
    ["  signal?.addEventListener('abort', stop)\n", '', 'Ctrl-C leaves a site at work'],
    ['  if (end === null) {\n', '  if (false) {\n', 'a site that was killed looks like a defect, or like success'],
    [
      "throw new AssayError(end.code ?? 'internal'",
      "return new AssayError(end.code ?? 'internal'",
      'a refusal of a site is a success outside',
    ],
  ]),
  ...mutantsOf('harness/line/separation/air-gap.ts', apart, [
    ["'--map-root-user', '--net', '--']", "'--map-root-user', '--']", 'a site that knows keys has a network'],
  ]),
  ...mutantsOf(
    'harness/line/site/serve-site.ts',
    ['harness/line/site/serve-site.test.ts'],
    [
      [
        'if (request.site !== site) throw',
        'if (false) throw',
        'the process of one site works in the folder of the other',
      ],
      [
        'if (error instanceof AssayError) {\n',
        'if (error instanceof Error) {\n',
        'the message of a library, with the secret that it quotes, leaves the site',
      ],
      ['    onEnd()\n', '', 'a site works on after the command that started it is gone'],
      ['if (command === undefined)\n', 'if (false)\n', 'a command that a site does not have is a defect'],
    ],
  ),
  ...mutantsOf(
    'harness/line/site/site-identity.ts',
    ['harness/line/site/site-identity.test.ts'],
    [
      ['if (existsSync(join(folder, cardFile))) {', 'if (false) {', 'a site loses its key, and with it every ledger'],
      ['  if (card.site !== site)\n', '  if (false)\n', "a command of site A works in site B's folder"],
      [
        '  if (key.publicKey !== card.publicKey)\n',
        '  if (false)\n',
        'a site signs with another key than its card shows',
      ],
      [
        'other.site === card.site || other.publicKey === card.publicKey',
        'other.publicKey === card.publicKey',
        'two sites A believe that they are a line',
      ],
      [
        'other.site === card.site || other.publicKey === card.publicKey',
        'other.site === card.site',
        'one site with two cards is a line of its own',
      ],
      [
        '  requireFingerprint(other.publicKey, given.fingerprint)\n',
        '',
        'a card that was changed on the way is trusted',
      ],
      [
        'if (peer !== null && peer.publicKey !== other.publicKey) {',
        'if (false) {',
        'the other site is replaced behind the back of the ledgers',
      ],
      [
        'if (card.fingerprint !== fingerprint(card.publicKey)) {',
        'if (false) {',
        'two people compare a fingerprint that is not of the key',
      ],
    ],
  ),
]
