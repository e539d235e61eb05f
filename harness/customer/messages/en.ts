/** All that the page says, in English. Another language is one file of this shape and one row in `index.ts`. */
/** @param unit as a list's reader calls it: `unit BX2409708`, `line 7`; null: the list as a whole */
const placed = (unit: string | null, field: string | null): string =>
  unit === null ? '' : ` (${unit.replace(/^unit /, 'card ')}${field === null ? '' : `, field “${field}”`})`

export const en = {
  language: 'English',
  languages: 'Language',
  title: 'Open your card',
  lead: 'This page finds out what your card holds. It works without a network, and nothing that you type leaves it.',
  online: {
    file: 'You are online. For a card that holds money, take this file to a computer without a network first.',
    served:
      'You are online. For a card that holds money, get this page from its maker as a file, and open that on a computer without a network. Do not save the page by the browser’s menu: that writes down what stands in it.',
  },
  insecure: 'A browser does not let a page at this address do sums with keys. Save the page and open the file.',
  framed: 'This page works only by itself, not inside of another page. Open it in a window of its own.',
  steps: { passphrase: '1. Passphrase', code: '2. Code', result: '3. What the card holds' },
  product: 'Your card',
  anyProduct: 'Another BIP38 card',
  passphrase: {
    where:
      'The passphrase is etched into the card, under the scratch-off strip. Scratch it free gently, with a fingernail.',
    own: 'The words that you chose yourself, exactly as you wrote them: case and blanks count.',
    label: 'Passphrase',
    box: (place: number, of: number) => `Character ${place} of ${of}`,
    paste: 'You may paste all of it into the first box.',
    show: 'Show what is typed',
    incomplete: (typed: number, needed: number) => `${typed} of ${needed} characters so far.`,
    tooLong: (typed: number, needed: number) => `That is ${typed} characters; this card’s passphrase has ${needed}.`,
    foreign: (character: string) => `No passphrase of this product has the character “${character}”.`,
    instead: (characters: string) => ` Look again: is it ${characters}?`,
    oddBlanks:
      'There are blanks at its beginning or end, two together, or characters that nobody sees. They count: go on only if you mean them.',
    twoScripts: (place: number) =>
      `Character ${place} is a letter of another alphabet than the one before it in the same word, which may look just like one of the same (Latin, Cyrillic, Greek). It counts: go on only if you mean it.`,
    complete: 'Complete.',
  },
  way: {
    verify: 'Check the card with its confirmation code',
    verifyWhy: 'Proves that your passphrase belongs to the deposit address. The sticker stays on.',
    open: 'Open the card with its encrypted private key',
    openWhy: 'Peel the sticker: the code is on the layer below. Whoever has seen both can spend what the card holds.',
  },
  code: {
    confirmation: 'Confirmation code',
    confirmationHint: 'Begins with cfrm38 and has 75 characters.',
    confirmationOnCard: 'It is engraved on the card.',
    epk: 'Encrypted private key',
    epkHint: 'Begins with 6P and has 58 characters.',
    scan: 'Scan with the camera',
    photo: 'Take it from a photograph',
    lookUpFile: 'Read the maker’s list of cards',
    heic: 'This picture is HEIC, which this browser cannot open. In the phone’s camera settings choose “Most compatible” (JPEG), or take a screenshot of the picture.',
    tooLarge: 'This picture is too large: more than 100 megapixels.',
    noPicture: 'This file is no picture that a browser can open.',
    noCode:
      'There is no code in this picture. Come closer, hold still, and keep lamps from being mirrored in the card.',
    several:
      'There are two different ones in this picture, of two cards perhaps: nothing was taken. Photograph your card alone.',
    secret:
      'That is a private key or the words of a wallet: nothing here asks for it. Show it to nobody, and clear it.',
    spoilt: {
      around: 'There is something around the code: leave only the code itself.',
      case: 'Small and capital letters count in this code: type each as it stands there, or scan it.',
    },
    otherCode: 'There is a code in this picture, but not the one that is asked for here.',
    noCamera: 'No camera can be used here. Take the code from a photograph, or type it.',
    sound: 'This code is sound.',
    otherProduct: 'This code is sound, but cards of this product have others: is it the right card?',
    kinds: {
      epk: 'an encrypted private key',
      'epk-non-ec': 'an encrypted private key',
      'confirmation-code': 'a confirmation code',
      'intermediate-code': 'an intermediate code',
      address: 'a deposit address',
    },
    otherKind: (kind: string) => `This is ${kind}: it belongs in another field.`,
    length: (typed: number, needed: number) => `${typed} of ${needed} characters.`,
  },
  address: {
    why: 'Now compare: only if the deposit address on your card is one of this code’s, the code is your card’s. Scan it or type it, every character.',
    label: 'Deposit address on the card',
    same: (coin: string) => `It is the card’s own: ${coin}. Passphrase, code and card belong together.`,
    test: (coin: string) => `It is an address of a network for tests (${coin}): what lies there is worth nothing.`,
    wrongCoin: 'This code names another coin than its address is of. Do not send anything to it, and ask the maker.',
    fromHere:
      'That is what this page itself showed, which says nothing of the card: scan or type what stands on the card.',
    more: 'This code says more than an address (an amount, a name or another way to pay), which no card’s does, and a wallet may pay elsewhere: never pay by scanning it, and ask the maker.',
    other: 'It is NOT an address of this card. Do not send anything to it, and ask the maker.',
    damaged: 'This address has a wrong character: its checksum does not fit.',
    unfinished: 'This is no whole address yet.',
    secret:
      'That is a private key or the words of a wallet, where a deposit address belongs. If it stands on the card so, do not use the card and ask the maker. Show it to nobody, and clear it.',
    noAddress:
      'That is no deposit address: a link, a way to pay that no coin here has, or another code. Type or scan the address alone, and pay nothing by it.',
  },
  run: {
    verify: 'Check',
    open: 'Open',
    cancel: 'Stop',
    clear: 'Clear everything',
    working: 'Working',
    clipboardEmptied:
      'A secret was copied on this page, so the clipboard was emptied, whatever was in it last. If your system keeps a history of the clipboard, delete it there.',
    clipboardCovered:
      'A secret was copied on this page before something else was: if your system keeps a history of the clipboard, delete it there.',
    clipboardFailed:
      'The secret that you copied may still be in the clipboard: copy something else over it, and delete the clipboard’s history.',
  },
  result: {
    verified: 'The passphrase fits this code.',
    opened: 'The passphrase opens this code.',
    otherwise: (characters: string) => `It opens with ${characters}: correct what you wrote down.`,
    otherwiseHidden:
      'It opens with another reading, which now stands in the field: tick “Show what is typed” and correct what you wrote down.',
    convention: (coin: string) => `It was made for ${coin}, not for Bitcoin as BIP38 has it. It opens all the same.`,
    lot: (lot: number, sequence: number) => `Lot ${lot}, sequence ${sequence}.`,
    testNetwork: 'That is a network for tests: its coins are worth nothing. No maker sells such a card.',
    coin: 'Coin',
    addressOf: 'Address',
    noSegwit: 'SegWit addresses are left out: coins sent to one could not be spent with a key of this form.',
    keys: 'Private key',
    keysWarning:
      'Whoever sees this key can take everything on the card. Make sure that nobody looks on, and no camera.',
    showKeys: 'Show the private key',
    hideKeys: 'Hide it',
    copyWarning:
      'What you copy stays in the clipboard, where other programs can read it, until you choose “Clear everything” or copy something else.',
    wif: 'WIF, for Bitcoin wallets',
    hex: 'Hexadecimal, for other coins',
    qr: 'QR code',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The browser refused',
    print: 'Print this sheet',
  },
  refused: {
    'wrong-passphrase':
      'This passphrase does not open this code, and the code itself is sound. So a character of the passphrase was read wrong, or they belong to two cards.',
    'other-address-convention':
      'The passphrase is right, but the code was made over an address of a form that it does not say.',
    'not-base58':
      'There is a character that no such code has: the digit 0, the capitals O and I and the small l do not occur.',
    'bad-checksum': 'A character is wrong, missing or swapped: the code’s own checksum does not fit.',
    'wrong-kind': 'This is no BIP38 code.',
    'wrong-length': 'Characters are missing, or there are too many.',
    'reserved-bits': 'This code says of itself what BIP38 does not allow: it is damaged or forged.',
    'not-a-point': 'The code holds a number that no sound code holds: it is damaged or forged.',
    'codes-disagree': 'These codes belong to different cards.',
    'bad-argument': 'This cannot be used as it was typed.',
    'engine-failed': 'This browser gave up in the middle of the sum. Close other pages and try again.',
  },
  alike: {
    offer: (count: number) => `Try what looks alike, and neighbours swapped (${count} readings)`,
    why: 'O and 0, I and 1, S and 5 are easily taken for one another, and two neighbours easily swapped.',
    none: 'None of them opens it either.',
  },
  lookUp: {
    title: 'Find the code by the serial of your card',
    serial: 'Serial on the card',
    address: 'Deposit address, or scan its code',
    find: 'Find',
    found: (serial: string) =>
      `Card ${serial}. Whether its code is your card’s is shown when your passphrase has opened it and the address on your card fits.`,
    none: 'No card of this list has that serial or address.',
    asking: 'Asking the maker’s server…',
    busy: 'Too many questions at once: wait a minute.',
    unreachable: 'The maker’s server does not answer.',
    otherCard: 'The server answered with another card than the one asked for. Nothing was taken from its answer.',
    badAnswer: 'The server’s answer is no card, or its code is not sound. Nothing was taken from it.',
    secretAsked:
      'That is a key or a passphrase. Nobody is asked for a card by it: use the serial or the deposit address.',
    neither:
      'That is neither an address nor a serial of this product. No server is asked for it: look at it again, and at the product above.',
    noConfirmation: 'The list has no confirmation code of this card.',
    ofProduct: (serial: string, product: string) =>
      `Card ${serial} is a ${product} by the list, which is not the product chosen above. Nothing was taken: choose the right one, or look at your serial again.`,
  },
  listFaults: {
    unusable: (unit: string | null, field: string | null) =>
      unit === null
        ? 'This file is no list of cards, or it is not sound.'
        : `This list is wrong${placed(unit, field)}, so nothing is taken from it: tell the maker.`,
    secret: (unit: string | null, field: string | null) =>
      `This list holds what looks like a key or a passphrase${placed(unit, field)}. It must not be used: tell the maker.`,
    'other-product': (unit: string | null, field: string | null) =>
      `This list is of another product than the one chosen above${placed(unit, field)}.`,
  },
  intermediate: {
    title: 'Make an intermediate code',
    why: 'For a card with your own passphrase (PRO): the maker gets this code and never the passphrase.',
    passphrase: 'Your passphrase',
    again: 'The same once more',
    code: 'That is a code or an address, which others know as well: it cannot be a passphrase.',
    short: 'This passphrase is short: whoever finds the card could find it by trying. Take at least 12 characters.',
    differ: 'The two are not the same.',
    make: 'Make it',
    done: 'Send this code to the maker. Keep the passphrase: nobody else has it.',
  },
  photograph: {
    title: 'Judge a photograph of the card',
    why: 'The card is found in it and every mark is read, on this device. What is read on an opened card is put into the fields above.',
    state: 'State of the card',
    states: { sealed: 'Sealed: sticker and strip are on it', opened: 'Opened: peeled and scratched' },
    list: 'Choose the maker’s list of cards',
    listTaken: 'List chosen',
    take: 'Take or choose a photograph',
    readingList: 'Reading the list…',
    unfit: {
      heic: 'This photograph is HEIC, which cannot be judged. In the phone’s camera settings choose “Most compatible” (JPEG) and take it again.',
      'too-large': 'This photograph is too large: more than 100 megapixels.',
      'no-picture': 'This file is no photograph: JPEG, PNG and WebP are read.',
      'not-whole':
        'This photograph is damaged or was cut off on its way. Send the file once more, or take the photograph again, without zoom.',
    },
    gaveUp:
      'This browser could not read it: it is too old for it, or has too little memory. Close other pages, or use a computer.',
    left: (seconds: number) => `About ${seconds} s left.`,
    verdicts: {
      PASS: 'All that a photograph can show is in order.',
      INCONCLUSIVE: 'This photograph does not decide it.',
      FAIL: 'Something is wrong with this card.',
      ERROR: 'It could not be judged.',
    },
    unproved: 'What this photograph does not prove',
    unprovedNames: {
      'cover-material':
        'That the strip is the maker’s own, and neither tape nor paint nor another foil: only a reference of the product shows it. Feel it, and hold it against the light.',
      'faint-marks':
        'That nothing faint stands on the card besides what belongs there: only a reference of the product shows it.',
    },
    listTrust: 'A list proves no more than its source does: take it from the maker’s own site alone.',
    checks: 'All checks',
    makersWords: 'Below each check stand the words of the harness, which are English, for whoever made the card.',
    noCard: 'No card was found in this photograph.',
    otherState: 'This card looks like neither a sealed nor an opened one: no such card leaves its maker.',
    looks: {
      sealed: 'This card looks sealed, and “Opened” is chosen above: choose “Sealed” and take the photograph again.',
      opened:
        'This card looks opened, and “Sealed” is chosen above. If you did not open it yourself, somebody else did.',
    },
    alarms: {
      'epk-exposed':
        'An encrypted private key can be read in this photograph, where none may lie open: show the picture to nobody.',
      'passphrase-exposed':
        'A passphrase can be read in this photograph, where none may lie open: show the picture to nobody.',
      'both-factors-exposed':
        'Both halves of a key can be read in this photograph: whoever sees it can take what the card holds. Show it to nobody.',
      'secret-exposed': 'A private key or the words of a wallet can be read in this photograph: show it to nobody.',
    },
    again:
      'Take another photograph: the whole card, from above and near, in even light without a lamp or window mirrored in it, sharp, and nothing else in the picture.',
    orType: 'Or type what is on the card into the fields above: they say whether it fits.',
    openedYourself: 'If you peeled or scratched it yourself, choose “Opened” above and take the photograph again.',
    doNotUse: 'Do not send anything to this card, do not scratch or peel it, and ask the maker.',
    withoutList: 'Choose the maker’s list of cards: without it nobody knows what this card should be.',
    titles: {
      'known-unit': 'The card is in the maker’s list',
      'code-integrity': 'Its codes are whole',
      'profile-match': 'Its codes are of this product',
      'owner-entropy': 'Its codes come from one passphrase',
      'address-hash': 'Codes and address belong together',
      'passphrase-commitment': 'The passphrase is the one it was made with',
      confirmation: 'Passphrase and confirmation code give the address',
      decryption: 'Passphrase and key open it',
      keyless: 'Key and codes give the address',
      'serials-agree': 'All serials are the same',
      'address-matches': 'The address is printed rightly and in the list',
      'epk-matches': 'The encrypted key is printed rightly',
      concealed: 'What must be hidden is hidden',
      'cover-intact': 'The strip is whole',
      'layer-intact': 'The sticker is whole',
      placement: 'Everything is in its place',
      'print-quality': 'Print and etching are good',
      legibility: 'Everything can be read',
      'nothing-else': 'Nothing is on the card that does not belong there',
    },
  },
  version: (version: string) =>
    `Assay ${version}. Compare the SHA-256 of this file with the one that the card’s maker publishes.`,
  state: {
    title: 'What the card’s state means',
    sealed:
      'Sticker whole and strip whole: no sign that anybody has seen either half of the key. That both are the maker’s own, only a close look tells.',
    honeycomb:
      'A honeycomb pattern, or a yellow ground: the sticker was peeled. Somebody may have seen the encrypted private key.',
    scratched: 'The strip is scratched: somebody may have seen the passphrase.',
    both: 'Both: somebody may own what the card holds. Move it to another wallet at once, or do not accept the card.',
    pro: 'PRO: the passphrase is yours alone. Before you send anything to the card, check it here with the engraved confirmation code, and compare the address on the card.',
  },
}

export type Messages = typeof en
