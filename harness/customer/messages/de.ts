import type { Messages } from './en.ts'

const placed = (unit: string | null, field: string | null): string => {
  const named = unit
    ?.replace(/^unit /, 'Karte ')
    .replace(/\bline (?=\d)/, 'Zeile ')
    .replace(/^the .*$/, 'Kopf der Liste')
  return named === undefined ? '' : ` (${named}${field === null ? '' : `, Feld „${field}“`})`
}

export const de: Messages = {
  language: 'Deutsch',
  languages: 'Sprache',
  title: 'Karte öffnen',
  lead: 'Diese Seite sagt, was Ihre Karte enthält. Sie braucht kein Netz, und nichts, was Sie eingeben, verlässt sie.',
  online: {
    file: 'Sie sind online. Für eine Karte mit Geld: Bringen Sie diese Datei erst auf einen Rechner ohne Netz.',
    served:
      'Sie sind online. Für eine Karte mit Geld: Holen Sie diese Seite vom Hersteller als Datei und öffnen Sie diese auf einem Rechner ohne Netz. Speichern Sie die Seite nicht mit dem Menü des Browsers: Das schreibt auf, was in ihr steht.',
  },
  insecure:
    'Unter dieser Adresse lässt der Browser die Seite nicht mit Schlüsseln rechnen. Speichern Sie die Seite und öffnen Sie die Datei.',
  framed: 'Diese Seite arbeitet nur für sich, nicht in einer anderen Seite. Öffnen Sie sie in einem eigenen Fenster.',
  steps: { passphrase: '1. Passphrase', code: '2. Code', result: '3. Was die Karte enthält' },
  product: 'Ihre Karte',
  anyProduct: 'Andere BIP38-Karte',
  passphrase: {
    where:
      'Die Passphrase ist unter dem Rubbelstreifen in die Karte graviert. Rubbeln Sie vorsichtig, mit dem Fingernagel.',
    own: 'Die Worte, die Sie selbst gewählt haben, genau wie geschrieben: Groß- und Kleinschreibung und Leerzeichen zählen.',
    label: 'Passphrase',
    box: (place, of) => `Zeichen ${place} von ${of}`,
    paste: 'Sie können alles in das erste Feld einfügen.',
    show: 'Eingabe zeigen',
    incomplete: (typed, needed) => `Bisher ${typed} von ${needed} Zeichen.`,
    tooLong: (typed, needed) => `Das sind ${typed} Zeichen; die Passphrase dieser Karte hat ${needed}.`,
    foreign: character => `Keine Passphrase dieses Produkts hat das Zeichen „${character}“.`,
    instead: characters => ` Sehen Sie noch einmal hin: Ist es ${characters}?`,
    oddBlanks:
      'Am Anfang oder Ende stehen Leerzeichen, oder zwei beisammen, oder Zeichen, die niemand sieht. Sie zählen: Machen Sie nur weiter, wenn Sie sie meinen.',
    twoScripts: place =>
      `Zeichen ${place} ist ein Buchstabe aus einem anderen Alphabet als der vor ihm im selben Wort und kann genauso aussehen (lateinisch, kyrillisch, griechisch). Er zählt: Machen Sie nur weiter, wenn Sie ihn meinen.`,
    complete: 'Vollständig.',
  },
  way: {
    verify: 'Karte mit dem Bestätigungscode prüfen',
    verifyWhy: 'Beweist, dass Ihre Passphrase zur Einzahlungsadresse gehört. Der Aufkleber bleibt auf der Karte.',
    open: 'Karte mit dem verschlüsselten privaten Schlüssel öffnen',
    openWhy:
      'Ziehen Sie den Aufkleber ab: Der Code steht auf der Schicht darunter. Wer beides gesehen hat, kann ausgeben, was die Karte enthält.',
  },
  code: {
    confirmation: 'Bestätigungscode',
    confirmationHint: 'Beginnt mit cfrm38 und hat 75 Zeichen.',
    confirmationOnCard: 'Er ist in die Karte graviert.',
    epk: 'Verschlüsselter privater Schlüssel',
    epkHint: 'Beginnt mit 6P und hat 58 Zeichen.',
    scan: 'Mit der Kamera lesen',
    photo: 'Aus einem Foto lesen',
    lookUpFile: 'Kartenliste des Herstellers lesen',
    heic: 'Dieses Bild ist HEIC, was dieser Browser nicht öffnen kann. Wählen Sie in den Kameraeinstellungen des Telefons „Maximale Kompatibilität“ (JPEG), oder machen Sie ein Bildschirmfoto davon.',
    tooLarge: 'Dieses Bild ist zu groß: mehr als 100 Megapixel.',
    noPicture: 'Diese Datei ist kein Bild, das ein Browser öffnen kann.',
    noCode: 'In diesem Bild ist kein Code. Gehen Sie näher heran, halten Sie still und vermeiden Sie Spiegelungen.',
    several:
      'In diesem Bild sind zwei verschiedene, vielleicht von zwei Karten: Es wurde nichts übernommen. Fotografieren Sie Ihre Karte allein.',
    secret:
      'Das ist ein privater Schlüssel, oder es sind die Worte eines Wallets: Hier wird danach nicht gefragt. Zeigen Sie es niemandem und löschen Sie es.',
    spoilt: {
      around: 'Um den Code herum steht noch etwas: Lassen Sie nur den Code selbst stehen.',
      case: 'Bei diesem Code zählen große und kleine Buchstaben: Tippen Sie jeden, wie er dasteht, oder lesen Sie ihn ein.',
    },
    otherCode: 'In diesem Bild ist ein Code, aber nicht der, nach dem hier gefragt wird.',
    noCamera: 'Hier lässt sich keine Kamera benutzen. Lesen Sie den Code aus einem Foto oder tippen Sie ihn ab.',
    sound: 'Dieser Code ist in Ordnung.',
    otherProduct: 'Dieser Code ist in Ordnung, aber Karten dieses Produkts haben andere: Ist es die richtige Karte?',
    kinds: {
      epk: 'ein verschlüsselter privater Schlüssel',
      'epk-non-ec': 'ein verschlüsselter privater Schlüssel',
      'confirmation-code': 'ein Bestätigungscode',
      'intermediate-code': 'ein Zwischencode',
      address: 'eine Einzahlungsadresse',
    },
    otherKind: kind => `Das ist ${kind} und gehört in ein anderes Feld.`,
    length: (typed, needed) => `${typed} von ${needed} Zeichen.`,
  },
  address: {
    why: 'Nun vergleichen: Nur wenn die Einzahlungsadresse auf Ihrer Karte eine von diesem Code ist, gehört der Code zu Ihrer Karte. Lesen Sie sie ein oder tippen Sie sie ab, jedes Zeichen.',
    label: 'Einzahlungsadresse auf der Karte',
    same: coin => `Sie gehört zu dieser Karte: ${coin}. Passphrase, Code und Karte passen zusammen.`,
    test: coin => `Das ist eine Adresse eines Testnetzes (${coin}): Was dort liegt, ist nichts wert.`,
    wrongCoin:
      'Dieser Code nennt eine andere Währung, als zu der seine Adresse gehört. Senden Sie nichts dorthin und fragen Sie den Hersteller.',
    fromHere:
      'Das hat diese Seite selbst gezeigt, und es sagt nichts über die Karte: Lesen Sie ein oder tippen Sie ab, was auf der Karte steht.',
    more: 'Dieser Code sagt mehr als eine Adresse (einen Betrag, einen Namen oder einen anderen Weg zu zahlen), was auf keiner Karte steht, und eine Wallet zahlt vielleicht anderswohin: zahlen Sie nie, indem Sie ihn einlesen, und fragen Sie den Hersteller.',
    other: 'Sie gehört NICHT zu dieser Karte. Senden Sie nichts dorthin und fragen Sie den Hersteller.',
    damaged: 'In dieser Adresse ist ein Zeichen falsch: Die Prüfsumme passt nicht.',
    unfinished: 'Das ist noch keine ganze Adresse.',
    secret:
      'Das ist ein privater Schlüssel oder die Wörter einer Wallet, wo eine Einzahlungsadresse hingehört. Steht es so auf der Karte, benutzen Sie sie nicht und fragen Sie den Hersteller. Zeigen Sie es niemandem und löschen Sie es hier.',
    noAddress:
      'Das ist keine Einzahlungsadresse, sondern ein Link, eine Art zu zahlen, die hier keine Münze hat, oder ein anderer Code. Tippen oder scannen Sie nur die Adresse, und zahlen Sie nichts darüber.',
  },
  run: {
    verify: 'Prüfen',
    open: 'Öffnen',
    cancel: 'Abbrechen',
    clear: 'Alles löschen',
    working: 'Rechnet',
    clipboardEmptied:
      'Auf dieser Seite wurde ein Geheimnis kopiert, darum wurde die Zwischenablage geleert, was immer zuletzt darin war. Wenn Ihr System einen Verlauf der Zwischenablage führt, löschen Sie ihn dort.',
    clipboardCovered:
      'Auf dieser Seite wurde ein Geheimnis kopiert und danach etwas anderes: Wenn Ihr System einen Verlauf der Zwischenablage führt, löschen Sie ihn dort.',
    clipboardFailed:
      'Das kopierte Geheimnis kann noch in der Zwischenablage sein: Kopieren Sie etwas anderes darüber und löschen Sie ihren Verlauf.',
  },
  result: {
    verified: 'Die Passphrase passt zu diesem Code.',
    opened: 'Die Passphrase öffnet diesen Code.',
    otherwise: characters => `Sie öffnet sich mit ${characters}: Berichtigen Sie, was Sie notiert haben.`,
    otherwiseHidden:
      'Sie öffnet sich mit einer anderen Lesart, die nun im Feld steht: Wählen Sie „Eingabe zeigen“ und berichtigen Sie, was Sie notiert haben.',
    convention: coin => `Sie wurde für ${coin} gemacht, nicht für Bitcoin wie in BIP38. Sie öffnet sich trotzdem.`,
    lot: (lot, sequence) => `Los ${lot}, Nummer ${sequence}.`,
    testNetwork: 'Das ist ein Testnetz: Was dort liegt, ist nichts wert. Kein Hersteller verkauft solche Karten.',
    coin: 'Währung',
    addressOf: 'Adresse',
    noSegwit: 'SegWit-Adressen fehlen: Was dorthin geht, wäre mit einem Schlüssel dieser Form verloren.',
    keys: 'Privater Schlüssel',
    keysWarning:
      'Wer diesen Schlüssel sieht, kann alles nehmen, was auf der Karte ist. Niemand darf zusehen, auch keine Kamera.',
    showKeys: 'Privaten Schlüssel zeigen',
    hideKeys: 'Verbergen',
    copyWarning:
      'Was Sie kopieren, bleibt in der Zwischenablage, wo andere Programme es lesen können, bis Sie „Alles löschen“ wählen oder etwas anderes kopieren.',
    wif: 'WIF, für Bitcoin-Wallets',
    hex: 'Hexadezimal, für andere Währungen',
    qr: 'QR-Code',
    copy: 'Kopieren',
    copied: 'Kopiert',
    notCopied: 'Der Browser erlaubt es nicht',
    print: 'Blatt drucken',
  },
  refused: {
    'wrong-passphrase':
      'Diese Passphrase öffnet diesen Code nicht, und der Code selbst ist in Ordnung. Also wurde ein Zeichen der Passphrase falsch gelesen, oder sie gehören zu zwei Karten.',
    'other-address-convention':
      'Die Passphrase stimmt, aber der Code wurde über eine Adresse in einer Form gemacht, die er nicht nennt.',
    'not-base58':
      'Ein Zeichen kommt in solchen Codes nicht vor: die Ziffer 0, die großen O und I und das kleine l gibt es dort nicht.',
    'bad-checksum': 'Ein Zeichen ist falsch, fehlt oder ist vertauscht: Die Prüfsumme des Codes passt nicht.',
    'wrong-kind': 'Das ist kein BIP38-Code.',
    'wrong-length': 'Es fehlen Zeichen, oder es sind zu viele.',
    'reserved-bits': 'Dieser Code sagt von sich, was BIP38 nicht erlaubt: Er ist beschädigt oder gefälscht.',
    'not-a-point': 'Der Code enthält eine Zahl, die kein gültiger Code enthält: Er ist beschädigt oder gefälscht.',
    'codes-disagree': 'Diese Codes gehören zu verschiedenen Karten.',
    'bad-argument': 'So, wie es eingegeben wurde, lässt es sich nicht verwenden.',
    'engine-failed':
      'Der Browser hat die Rechnung abgebrochen. Schließen Sie andere Seiten und versuchen Sie es noch einmal.',
  },
  alike: {
    offer: count => `Ähnliche und vertauschte Zeichen versuchen (${count} Lesarten)`,
    why: 'O und 0, I und 1, S und 5 werden leicht verwechselt und zwei Nachbarn leicht vertauscht.',
    none: 'Auch davon öffnet sie keine.',
  },
  lookUp: {
    title: 'Den Code mit der Seriennummer der Karte suchen',
    serial: 'Seriennummer auf der Karte',
    address: 'Einzahlungsadresse, oder ihren Code lesen',
    find: 'Suchen',
    found: serial =>
      `Karte ${serial}. Ob ihr Code zu Ihrer Karte gehört, zeigt sich, wenn Ihre Passphrase ihn öffnet und die Adresse auf Ihrer Karte passt.`,
    none: 'Keine Karte dieser Liste hat diese Seriennummer oder Adresse.',
    asking: 'Der Server des Herstellers wird gefragt…',
    busy: 'Zu viele Fragen auf einmal: Warten Sie eine Minute.',
    unreachable: 'Der Server des Herstellers antwortet nicht.',
    otherCard: 'Der Server hat eine andere Karte genannt als die gefragte. Aus seiner Antwort wurde nichts übernommen.',
    badAnswer: 'Die Antwort des Servers ist keine Karte, oder ihr Code stimmt nicht. Nichts wurde übernommen.',
    secretAsked:
      'Das ist ein Schlüssel oder eine Passphrase. Danach wird niemand gefragt: Nehmen Sie die Seriennummer oder die Einzahlungsadresse.',
    neither:
      'Das ist weder eine Adresse noch eine Seriennummer dieses Produkts. Kein Server wird danach gefragt: Sehen Sie noch einmal hin, auch auf das Produkt oben.',
    noConfirmation: 'Die Liste hat keinen Bestätigungscode dieser Karte.',
    ofProduct: (serial, product) =>
      `Karte ${serial} ist nach der Liste eine ${product}, und oben ist ein anderes Produkt gewählt. Nichts wurde übernommen: Wählen Sie das richtige, oder sehen Sie Ihre Seriennummer noch einmal an.`,
  },
  listFaults: {
    unusable: (unit, field) =>
      unit === null
        ? 'Diese Datei ist keine Kartenliste, oder sie ist fehlerhaft.'
        : `Diese Liste ist fehlerhaft${placed(unit, field)}, deshalb wird nichts aus ihr übernommen: Sagen Sie es dem Hersteller.`,
    secret: (unit, field) =>
      `Diese Liste enthält etwas, das wie ein Schlüssel oder eine Passphrase aussieht${placed(unit, field)}. Benutzen Sie sie nicht und sagen Sie es dem Hersteller.`,
    'other-product': (unit, field) =>
      `Diese Liste ist von einem anderen Produkt als dem oben gewählten${placed(unit, field)}.`,
  },
  intermediate: {
    title: 'Zwischencode erzeugen',
    why: 'Für eine Karte mit eigener Passphrase (PRO): Der Hersteller bekommt diesen Code und nie die Passphrase.',
    passphrase: 'Ihre Passphrase',
    again: 'Noch einmal dieselbe',
    code: 'Das ist ein Code oder eine Adresse, die auch andere kennen: Es kann keine Passphrase sein.',
    short:
      'Diese Passphrase ist kurz: Wer die Karte findet, könnte sie durch Probieren finden. Nehmen Sie mindestens 12 Zeichen.',
    differ: 'Die beiden sind nicht gleich.',
    make: 'Erzeugen',
    done: 'Senden Sie diesen Code dem Hersteller. Bewahren Sie die Passphrase auf: Niemand sonst hat sie.',
  },
  photograph: {
    title: 'Ein Foto der Karte beurteilen',
    why: 'Auf diesem Gerät wird die Karte darin gefunden und alles gelesen. Was auf einer geöffneten Karte steht, kommt in die Felder oben.',
    state: 'Zustand der Karte',
    states: {
      sealed: 'Versiegelt: Aufkleber und Streifen sind darauf',
      opened: 'Geöffnet: abgezogen und freigerubbelt',
    },
    list: 'Kartenliste des Herstellers wählen',
    listTaken: 'Liste gewählt',
    take: 'Foto aufnehmen oder wählen',
    readingList: 'Die Liste wird gelesen…',
    unfit: {
      heic: 'Dieses Foto ist HEIC und kann nicht beurteilt werden. Wählen Sie in den Kameraeinstellungen des Telefons „Maximale Kompatibilität“ (JPEG) und nehmen Sie es noch einmal auf.',
      'too-large': 'Dieses Foto ist zu groß: mehr als 100 Megapixel.',
      'no-picture': 'Diese Datei ist kein Foto: JPEG, PNG und WebP werden gelesen.',
      'not-whole':
        'Dieses Foto ist beschädigt oder wurde unterwegs abgeschnitten. Übertragen Sie die Datei noch einmal, oder nehmen Sie das Foto noch einmal auf, ohne Zoom.',
    },
    gaveUp:
      'Dieser Browser konnte es nicht lesen: Er ist dafür zu alt oder hat zu wenig Speicher. Schließen Sie andere Seiten, oder nehmen Sie einen Rechner.',
    left: seconds => `Noch etwa ${seconds} s.`,
    verdicts: {
      PASS: 'Alles, was ein Foto zeigen kann, ist in Ordnung.',
      INCONCLUSIVE: 'Dieses Foto entscheidet es nicht.',
      FAIL: 'Mit dieser Karte stimmt etwas nicht.',
      ERROR: 'Sie konnte nicht beurteilt werden.',
    },
    unproved: 'Was dieses Foto nicht beweist',
    unprovedNames: {
      'cover-material':
        'Dass der Streifen vom Hersteller ist und nicht Klebeband, Farbe oder andere Folie: Das zeigt nur ein Muster des Produkts. Befühlen Sie ihn und halten Sie ihn gegen das Licht.',
      'faint-marks':
        'Dass nichts Schwaches auf der Karte steht, was nicht dorthin gehört: Das zeigt nur ein Muster des Produkts.',
    },
    listTrust:
      'Eine Liste beweist nicht mehr als ihre Quelle: Nehmen Sie sie nur von der Seite des Herstellers selbst.',
    checks: 'Alle Prüfungen',
    makersWords: 'Unter jeder Prüfung stehen die Worte des Prüfprogramms, auf Englisch, für den Hersteller der Karte.',
    noCard: 'Auf diesem Foto wurde keine Karte gefunden.',
    otherState: 'Diese Karte sieht weder versiegelt noch geöffnet aus: So verlässt keine ihren Hersteller.',
    looks: {
      sealed:
        'Diese Karte sieht versiegelt aus, und oben ist „Geöffnet“ gewählt: Wählen Sie „Versiegelt“ und fotografieren Sie noch einmal.',
      opened:
        'Diese Karte sieht geöffnet aus, und oben ist „Versiegelt“ gewählt. Wenn Sie es nicht selbst waren, war es jemand anders.',
    },
    alarms: {
      'epk-exposed':
        'Auf diesem Foto ist ein verschlüsselter privater Schlüssel zu lesen, wo keiner offen liegen darf: Zeigen Sie es niemandem.',
      'passphrase-exposed':
        'Auf diesem Foto ist eine Passphrase zu lesen, wo keine offen liegen darf: Zeigen Sie es niemandem.',
      'both-factors-exposed':
        'Auf diesem Foto sind beide Hälften eines Schlüssels zu lesen: Wer es sieht, kann nehmen, was die Karte enthält. Zeigen Sie es niemandem.',
      'secret-exposed':
        'Auf diesem Foto sind ein privater Schlüssel oder die Wörter einer Wallet zu lesen: Zeigen Sie es niemandem.',
    },
    again:
      'Machen Sie ein neues Foto: die ganze Karte, von oben und nah, in gleichmäßigem Licht ohne gespiegelte Lampe oder Fenster, scharf, und sonst nichts im Bild.',
    orType: 'Oder tippen Sie in die Felder oben, was auf der Karte steht: Dort zeigt sich, ob es passt.',
    openedYourself:
      'Wenn Sie sie selbst abgezogen oder freigerubbelt haben: Wählen Sie oben „Geöffnet“ und machen Sie das Foto noch einmal.',
    doNotUse: 'Senden Sie nichts an diese Karte, rubbeln und ziehen Sie nichts ab und fragen Sie den Hersteller.',
    withoutList: 'Wählen Sie die Kartenliste des Herstellers: Ohne sie weiß niemand, wie diese Karte sein soll.',
    titles: {
      'known-unit': 'Die Karte steht in der Liste des Herstellers',
      'code-integrity': 'Ihre Codes sind heil',
      'profile-match': 'Ihre Codes sind von diesem Produkt',
      'owner-entropy': 'Ihre Codes stammen von einer Passphrase',
      'address-hash': 'Codes und Adresse gehören zusammen',
      'passphrase-commitment': 'Die Passphrase ist die, mit der sie gemacht wurde',
      confirmation: 'Passphrase und Bestätigungscode ergeben die Adresse',
      decryption: 'Passphrase und Schlüssel öffnen sie',
      keyless: 'Schlüssel und Codes ergeben die Adresse',
      'serials-agree': 'Alle Seriennummern sind gleich',
      'address-matches': 'Die Adresse ist richtig gedruckt und steht in der Liste',
      'epk-matches': 'Der verschlüsselte Schlüssel ist richtig gedruckt',
      concealed: 'Verborgen ist, was verborgen sein muss',
      'cover-intact': 'Der Rubbelstreifen ist heil',
      'layer-intact': 'Der Aufkleber ist heil',
      placement: 'Alles ist an seinem Platz',
      'print-quality': 'Druck und Gravur sind gut',
      legibility: 'Alles ist lesbar',
      'nothing-else': 'Auf der Karte ist nichts, was nicht dorthin gehört',
    },
  },
  version: version =>
    `Assay ${version}. Vergleichen Sie die SHA-256 dieser Datei mit der, die der Hersteller der Karte veröffentlicht.`,
  state: {
    title: 'Was der Zustand der Karte bedeutet',
    sealed:
      'Aufkleber und Streifen unversehrt: Nichts deutet darauf, dass jemand eine Hälfte des Schlüssels gesehen hat. Ob beide vom Hersteller sind, zeigt nur genaues Hinsehen.',
    honeycomb:
      'Ein Wabenmuster oder gelber Grund: Der Aufkleber war ab. Jemand kann den verschlüsselten privaten Schlüssel gesehen haben.',
    scratched: 'Der Streifen ist aufgerubbelt: Jemand kann die Passphrase gesehen haben.',
    both: 'Beides: Jemand kann besitzen, was die Karte enthält. Bringen Sie es sofort auf ein anderes Wallet, oder nehmen Sie die Karte nicht an.',
    pro: 'PRO: Die Passphrase haben nur Sie. Bevor Sie etwas an die Karte senden, prüfen Sie sie hier mit dem gravierten Bestätigungscode und vergleichen Sie die Adresse auf der Karte.',
  },
}
