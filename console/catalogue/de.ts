// The German translation of `en.ts`.

import type { Translation } from './catalogue.ts'
import { isolate } from './isolate.ts'

const count = (n: number, one: string, many: string) => `${n.toLocaleString('de')} ${n === 1 ? one : many}`
const devices = (n: number) => count(n, 'Gerät', 'Geräte')
const others = (n: number) => count(n, 'anderes Gerät', 'andere Geräte')
const refused = (n: number) => `Die nächste Anfrage ${n === 1 ? 'von dort' : 'von jedem'} wird abgewiesen`

export const de: Translation = {
  skip: 'Zum Inhalt springen',
  loading: 'Wird geladen …',
  aMomentAgo: 'gerade eben',
  cancel: 'Abbrechen',
  close: 'Schließen',
  retry: 'Noch einmal versuchen',
  done: 'Fertig',
  title: (view, site) => `${view} · ${site}`,
  list: (items) => new Intl.ListFormat('de').format(items),

  fields: {
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    name: 'Name',
    nameOptional: 'Name (freiwillig)',
    currentPassword: 'Bisheriges Passwort',
    newPassword: 'Neues Passwort',
    scopes: 'Berechtigungen',
    show: 'Zeigen',
    hide: 'Verbergen',
    showPassword: 'Passwort zeigen',
    hidePassword: 'Passwort verbergen',
    generate: 'Passwort erzeugen',
    scopesInvalid:
      'Eine Berechtigung sieht aus wie notes:write: Kleinbuchstaben, Ziffern und ein Doppelpunkt. Trennen Sie mehrere durch Leerzeichen.',
    nameInvalid: 'Geben Sie einen Namen mit höchstens 100 Zeichen ein, ohne Steuerzeichen.',
    codeInvalid: 'Geben Sie den Code genau so ein, wie Sie ihn erhalten haben.',
    passwordInvalid: 'Geben Sie ein Passwort mit mindestens einem und höchstens 1024 Zeichen ein.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    notCopied: 'Der Browser erlaubt das Kopieren nicht. Markieren Sie den Text stattdessen.',
    emailInvalid: 'Geben Sie eine E-Mail-Adresse wie ada@example.com ein, ohne Namen und Klammern.',
  },

  rules: {
    title: 'Anforderungen an das Passwort',
    length: (least, now) => `Mindestens ${least} Zeichen${now > 0 ? ` (bisher ${now})` : ''}`,
    ownWords: 'Besteht nicht aus Ihrer E-Mail-Adresse, Ihrem Namen oder dem Namen dieser Seite',
    common: 'Kein häufig benutztes Passwort (wird beim Speichern geprüft)',
    met: 'erfüllt',
    unmet: 'noch nicht erfüllt',
    rejected: {
      own_words:
        'Dieses Passwort besteht aus Ihrer E-Mail-Adresse, Ihrem Namen oder dem Namen dieser Seite. Ergänzen Sie andere Wörter.',
      common:
        'Dieses Passwort steht auf einer Liste häufiger Passwörter, die Angreifer zuerst versuchen. Wählen Sie ein anderes.',
      breached: 'Dieses Passwort ist bei einem Datendiebstahl bekannt geworden. Wählen Sie ein anderes.',
      present: 'Das ist Ihr bisheriges Passwort. Wählen Sie ein anderes.',
    },
  },

  signIn: {
    title: 'Anmelden',
    lead: 'Mit E-Mail-Adresse und Passwort oder mit einem Passkey.',
    submit: 'Anmelden',
    back: 'Zurück zur Anmeldung',
    byCode: 'Anmeldecode per E-Mail senden',
    forgotten: 'Passwort vergessen?',
    noAccount: 'Noch kein Konto?',
    register: 'Konto anlegen',
    byPasskey: 'Mit einem Passkey anmelden',
    chooseTitle: 'Neues Passwort wählen',
    chooseLead:
      'Ihr Passwort hat die Verwaltung gesetzt. Wählen Sie jetzt ein eigenes. Alle anderen Geräte werden dabei abgemeldet.',
    choose: 'Passwort setzen und anmelden',
  },
  returnTo: {
    title: 'Sie sind angemeldet',
    lead: (email) => `Sie sind als ${isolate(email)} angemeldet.`,
    proceed: (host) => `Weiter zu ${isolate(host)}`,
    stay: 'Stattdessen zu Ihrem Konto',
  },
  links: {
    label: 'Über diese Seite',
    terms: 'Nutzungsbedingungen',
    privacy: 'Datenschutz',
    support: 'Hilfe',
  },
  providers: {
    signIn: (name) => `Mit ${isolate(name)} anmelden`,
    title: 'Verknüpfte Identitäten',
    lead: 'Konten bei anderen Diensten, mit denen Sie sich hier anmelden. Beim Verknüpfen und Trennen werden alle anderen Geräte abgemeldet.',
    none: 'Keine Identität ist verknüpft.',
    linked: (subject, since) => `${isolate(subject)}, verknüpft ${since}`,
    add: (name) => `${isolate(name)} verknüpfen`,
    remove: 'Trennen',
    removeNamed: (name) => `${isolate(name)} trennen`,
    unlinked: 'Die Verknüpfung ist getrennt. Alle anderen Geräte sind abgemeldet.',
    outcomes: {
      access_denied:
        'Sie haben abgebrochen, oder der Anbieter hat abgelehnt. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Weise an.',
      no_transaction:
        'Diese Anmeldung hat in einem anderen Browser oder vor mehr als zehn Minuten begonnen. Beginnen Sie von vorn.',
      provider_unavailable:
        'Der Anbieter ist gerade nicht erreichbar. Versuchen Sie es später noch einmal, oder melden Sie sich auf andere Weise an.',
      email_taken:
        'Es gibt ein Konto mit dieser E-Mail-Adresse. Melden Sie sich dort an, und verknüpfen Sie die Identität unter „Konto“.',
      email_unverified:
        'Der Anbieter hat keine E-Mail-Adresse von Ihnen bestätigt. Bestätigen Sie dort eine, und versuchen Sie es noch einmal.',
      registration_closed:
        'Zu dieser Identität gehört kein Konto, und Sie können keines anlegen. Wenden Sie sich an die Verwaltung.',
      identity_taken: 'Ein anderes Konto hat diese Identität.',
      other_account: 'Diese Identität gehört zu einem anderen Konto als dem, an dem Sie angemeldet sind.',
      no_session: 'Sie wurden inzwischen abgemeldet. Melden Sie sich an, und verknüpfen Sie die Identität noch einmal.',
      disabled: 'Dieses Konto ist gesperrt. Wenden Sie sich an die Verwaltung.',
      other: 'Die Anmeldung beim Anbieter ist nicht gelungen. Beginnen Sie von vorn.',
    },
  },
  secondFactor: {
    title: 'Zweiter Schritt',
    lead: 'Für Ihr Konto genügt das Passwort allein nicht: Die Anmeldung in zwei Schritten ist eingeschaltet.',
    totp: 'Sechsstelliger Code',
    totpHint: 'Die Authenticator-App auf Ihrem Telefon oder Computer zeigt ihn an.',
    recoveryCode: 'Wiederherstellungscode',
    recoveryCodeHint: 'Einer der Codes, die Sie gespeichert haben. Jeder gilt einmal.',
    useRecoveryCode: 'Stattdessen einen Wiederherstellungscode eingeben',
    useTotp: 'Einen Code der Authenticator-App eingeben',
    usePassword: 'Stattdessen das Passwort eingeben',
    usePasskey: 'Einen Passkey benutzen',
    passkey: 'Gehen Sie weiter und wählen Sie Ihren Passkey. Ihr Gerät fragt nach Fingerabdruck, Gesicht oder PIN.',
    startAgain: 'Von vorn beginnen',
    wrongTotp:
      'Dieser Code ist falsch oder schon benutzt. Warten Sie auf den nächsten und versuchen Sie es noch einmal.',
    wrongRecoveryCode: 'Dieser Code ist falsch oder schon benutzt. Prüfen Sie ihn, oder nehmen Sie einen anderen.',
    expired: 'Diese Anmeldung hat zu lange gedauert. Geben Sie Ihr Passwort noch einmal ein.',
  },
  register: {
    title: 'Konto anlegen',
    lead: 'Danach sind Sie gleich angemeldet.',
    submit: 'Konto anlegen',
    haveAccount: 'Schon ein Konto?',
    signIn: 'Anmelden',
    done: (email) => `Willkommen! Ihr Konto ${isolate(email)} ist bereit, und Sie sind angemeldet.`,
  },
  requestRegistration: {
    lead: 'Wir senden Ihnen einen Link per E-Mail. Öffnen Sie ihn, um ein Passwort zu wählen.',
    submit: 'Link senden',
    sent: (email) => `Eine E-Mail an ${isolate(email)} ist unterwegs. Der Link darin gilt 24 Stunden.`,
  },
  completeRegistration: {
    title: 'Passwort wählen',
    lead: 'Damit wird Ihr Konto angelegt. Danach melden Sie sich mit diesem Passwort an.',
    submit: 'Konto anlegen',
    done: (email) => `Ihr Konto ${isolate(email)} ist bereit. Melden Sie sich mit dem gewählten Passwort an.`,
    again: 'Noch einmal registrieren',
    uncertain:
      'Ihr Konto ist vielleicht gerade angelegt worden. Versuchen Sie, sich mit dem gewählten Passwort anzumelden.',
  },
  acceptInvitation: {
    title: 'Einladung annehmen',
    lead: 'Wählen Sie ein Passwort. Damit wird Ihr Konto angelegt; danach melden Sie sich mit diesem Passwort an.',
    submit: 'Konto anlegen',
    done: (email) => `Ihr Konto ${isolate(email)} ist bereit. Melden Sie sich mit dem gewählten Passwort an.`,
    again: 'Zur Anmeldung',
    uncertain:
      'Ihr Konto ist vielleicht gerade angelegt worden. Versuchen Sie, sich mit dem gewählten Passwort anzumelden.',
  },
  forgottenPassword: {
    title: 'Passwort vergessen?',
    lead: 'Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort setzen.',
    submit: 'Link senden',
    sent: (email) =>
      `Wenn es ein Konto für ${isolate(email)} gibt, ist eine E-Mail mit einem Link unterwegs. Er gilt eine Stunde.`,
  },
  resetPassword: {
    title: 'Neues Passwort setzen',
    lead: 'Alle Geräte, die an Ihrem Konto angemeldet sind, werden dabei abgemeldet.',
    submit: 'Passwort setzen',
    done: 'Ihr Passwort ist geändert. Melden Sie sich damit an.',
    donePending:
      'Ihr Passwort ist geändert, aber einzelne Geräte sind vielleicht noch angemeldet. Melden Sie sich mit dem neuen Passwort an, um sie abzumelden.',
    again: 'Neuen Link anfordern',
    uncertain: 'Ihr Passwort ist vielleicht gerade geändert worden. Versuchen Sie, sich mit dem neuen anzumelden.',
  },
  loginCode: {
    title: 'Mit einem Code anmelden',
    lead: 'Wir senden einen Code an die Adresse Ihres Kontos. Er gilt zehn Minuten, in diesem Browser.',
    send: 'Code senden',
    codeTitle: 'Code eingeben',
    sent: (email) =>
      `Wenn es ein Konto für ${isolate(email)} gibt, ist eine E-Mail mit einem Code unterwegs. Lassen Sie diese Seite offen.`,
    linkLead:
      'Geben Sie diesen Code in dem Browser ein, in dem Sie ihn angefordert haben. Wenn das dieser Browser ist, melden Sie sich hier an.',
    codeLabel: 'Code',
    wrong:
      'Dieser Code ist falsch, oder Ihr Konto hat sich seither geändert. Prüfen Sie ihn, oder fordern Sie einen neuen an.',
    elsewhere:
      'In diesem Browser wartet keine Anmeldung auf einen Code, oder sie ist abgelaufen. Geben Sie den Code dort ein, wo Sie ihn angefordert haben, oder fordern Sie einen neuen an.',
    again: 'Neuen Code senden',
  },
  mailSent: {
    title: 'Sehen Sie in Ihre E-Mails',
    missing:
      'Nach einigen Minuten noch keine E-Mail? Sehen Sie im Spam-Ordner nach, oder prüfen Sie die Adresse und fordern Sie eine neue an.',
    again: 'Neue E-Mail senden',
  },
  voidLink: {
    title: 'Dieser Link gilt nicht',
    used: 'Dieser Link wurde schon benutzt, ist abgelaufen oder durch einen neueren ersetzt.',
    lost: 'Zu Ihrer Sicherheit behält diese Seite den Link beim Neuladen nicht. Öffnen Sie den Link in der E-Mail noch einmal.',
  },
  email: {
    verified: 'Bestätigt',
    unverified: 'Nicht bestätigt',
    send: 'E-Mail zur Bestätigung senden',
    sent: (email) => `Eine E-Mail an ${isolate(email)} ist unterwegs. Der Link darin gilt 24 Stunden.`,
  },
  verifyEmail: {
    title: 'E-Mail-Adresse bestätigen',
    signInFirst: 'Melden Sie sich an, um Ihre E-Mail-Adresse zu bestätigen.',
    lead: 'Bestätigen Sie, dass Sie E-Mails an diese Adresse erhalten.',
    submit: (email) => `${isolate(email)} bestätigen`,
    done: (email) => `${isolate(email)} ist bestätigt.`,
    already: (email) => `${isolate(email)} ist schon bestätigt.`,
    toAccount: 'Zu Ihrem Konto',
    otherAccount: (email) =>
      `Dieser Link gehört zu einem anderen Konto, und Sie sind als ${isolate(email)} angemeldet. Melden Sie sich ab, öffnen Sie den Link noch einmal, und melden Sie sich an dem Konto an, an das er ging.`,
  },
  changeEmail: {
    heading: 'E-Mail-Adresse ändern',
    effect: (email) =>
      `Wir senden einen Link an die neue Adresse und benachrichtigen ${isolate(email)}. Die Änderung gilt, sobald der Link benutzt ist. Dann werden alle anderen Geräte abgemeldet, und dieses Gerät erhält eine neue Sitzung.`,
    field: 'Neue E-Mail-Adresse',
    ask: 'Link senden',
    sent: (email) => `Eine E-Mail an ${isolate(email)} ist unterwegs. Der Link darin gilt 24 Stunden.`,
    pending: (email) =>
      `Die Änderung zu ${isolate(email)} wartet darauf, dass Sie den Link in der E-Mail an diese Adresse öffnen, in einem Browser, der an Ihrem Konto angemeldet ist.`,
    title: 'E-Mail-Adresse ändern',
    signInFirst: 'Melden Sie sich mit Ihrer bisherigen E-Mail-Adresse an, um sie zu ändern.',
    lead: (from, to) =>
      to
        ? `Die E-Mail-Adresse Ihres Kontos wird von ${isolate(from)} zu ${isolate(to)} geändert.`
        : `Die E-Mail-Adresse Ihres Kontos wird von ${isolate(from)} zu der Adresse geändert, an die der Link ging.`,
    submit: 'E-Mail-Adresse ändern',
    done: (email) =>
      `Ihre E-Mail-Adresse ist jetzt ${isolate(email)}. Alle anderen Geräte wurden abgemeldet. Die bisherige Adresse hat, falls sie bestätigt war, einen Link erhalten, der die Änderung 72 Stunden lang rückgängig macht.`,
    otherAccount: (email) =>
      `Dieser Link ändert ein anderes Konto, und Sie sind als ${isolate(email)} angemeldet. Melden Sie sich ab, öffnen Sie den Link noch einmal, und melden Sie sich an dem Konto an, für das er bestimmt ist.`,
    toAccount: 'Zu Ihrem Konto',
  },
  undoEmailChange: {
    title: 'Änderung der E-Mail-Adresse rückgängig machen',
    lead: 'Ihr Konto erhält diese Adresse zurück, und alle Geräte werden abgemeldet. Passwörter und zweite Schritte, die seit der Änderung gesetzt wurden, werden entfernt.',
    submit: 'Änderung rückgängig machen',
    done: 'Die Änderung ist rückgängig gemacht, und Ihr Konto hat seine frühere E-Mail-Adresse. Setzen Sie jetzt ein neues Passwort: Jemand kennt vielleicht das alte.',
    donePending:
      'Die Änderung ist rückgängig gemacht, aber einzelne Geräte sind vielleicht noch angemeldet. Setzen Sie jetzt ein neues Passwort: Damit werden sie abgemeldet.',
    again: 'Neues Passwort setzen',
    uncertain:
      'Die Änderung ist vielleicht gerade rückgängig gemacht worden. Versuchen Sie, sich mit Ihrer früheren E-Mail-Adresse anzumelden.',
  },

  navigation: {
    label: 'Hauptmenü',
    sessions: 'Sicherheit',
    account: 'Konto',
    users: 'Verwaltung',
    signOut: 'Abmelden',
    signedInAs: 'Angemeldet als',
    signedOut: 'Sie sind auf diesem Gerät abgemeldet.',
  },

  errors: {
    offline: 'Sie sind offline. Diese Seite ist vielleicht nicht aktuell; Ihre Eingaben bleiben erhalten.',
    unreachable:
      'Der Dienst antwortet nicht. Diese Seite ist vielleicht nicht aktuell; Ihre Eingaben bleiben erhalten. Neuer Versuch läuft …',
    unavailable:
      'Der Dienst erreicht seine Datenbank gerade nicht. Ihre Eingaben bleiben erhalten. Neuer Versuch läuft …',
    starting: 'Der Dienst antwortet gerade nicht. Diese Seite öffnet sich, sobald er es tut.',
    startingTitle: 'Einen Moment',
    slow: 'Wird geladen …',
    startOver: 'Abmelden und neu beginnen',
    noAnswer:
      'Der Dienst hat nicht geantwortet; vielleicht ist die Änderung geschehen, vielleicht nicht. Prüfen Sie das, bevor Sie es noch einmal versuchen.',
    tooMany: (wait) =>
      `Zu viele Versuche. Versuchen Sie es ${wait} noch einmal. Angemeldete Geräte bleiben angemeldet.`,
    crashTitle: 'Auf dieser Seite ist ein Fehler aufgetreten',
    crash: 'Das ist ein Fehler dieser Seite. Ihre Geräte bleiben angemeldet.',
    noCode: 'Dieser Teil der Seite ließ sich nicht laden. Prüfen Sie Ihre Verbindung, oder laden Sie die Seite neu.',
    reload: 'Seite neu laden',
  },

  signInAgain: {
    causes: {
      ended: {
        title: 'Sie wurden abgemeldet',
        why: 'Melden Sie sich wieder an, um weiterzumachen: Ihre Eingaben sind noch da. Danach sagt diese Seite, warum Sie abgemeldet wurden.',
      },
      notKept: {
        title: 'Ihr Browser hat die Anmeldung nicht behalten',
        why: 'Die Anmeldung war erfolgreich, aber die nächste Anfrage hatte keine gültige Sitzung. Erlauben Sie Cookies für diese Seite, und öffnen Sie sie über https (oder auf localhost). Melden Sie sich dann wieder an.',
      },
      repeated: {
        title: 'Ihr Browser sendet zwei Sitzungs-Cookies',
        why: 'Eine andere Seite auf diesem Host hat ein Cookie mit demselben Namen gesetzt. Melden Sie sich wieder an, um es zu entfernen: Ihre Eingaben sind noch da.',
      },
    },
    changes: {
      sign_in_again: {
        title: 'Die Änderung ist geschehen: Bitte neu anmelden',
        why: 'Alle Geräte wurden abgemeldet, auch dieses. Wenn Sie Ihr Passwort geändert haben, melden Sie sich mit dem neuen an.',
      },
      revocation_pending: {
        title: 'Die Änderung ist geschehen: Bitte neu anmelden',
        why: 'Einzelne andere Geräte sind vielleicht noch angemeldet. Wenn Sie sich hier anmelden, werden sie abgemeldet. Wenn Sie Ihr Passwort geändert haben, nehmen Sie das neue.',
      },
    },
    uncertain: {
      password: 'Ihr Passwort ist vielleicht gerade geändert worden. Wenn das alte nicht geht, versuchen Sie das neue.',
      account: 'Ihr Konto ist vielleicht gerade gelöscht worden. Dann können Sie sich nicht mehr anmelden.',
      factors:
        'Ihr zweiter Schritt ist vielleicht gerade geändert worden. Wenn Sie nicht nach einem Code gefragt werden, ist er nicht eingerichtet.',
    },
    otherUser: 'Als jemand anderes anmelden',
    done: 'Sie sind wieder angemeldet. Ihre Eingaben sind noch da.',
    reason: (what, when) => `Ihre vorige Sitzung: ${what}, ${when}.`,
    noReason:
      'Der Dienst hat die vorige Sitzung nicht beendet: Dieser Browser hatte sie verloren, zum Beispiel weil Cookies gelöscht wurden.',
  },

  reauthentication: {
    declined: 'Es wurde nichts geändert. Bestätigen Sie, dass Sie es sind, um fortzufahren.',
    title: 'Bestätigen Sie, dass Sie es sind',
    why: 'Ihre Anmeldung liegt eine Weile zurück. Geben Sie Ihr Passwort noch einmal ein, um fortzufahren. Dieses Gerät erhält dann eine neue Sitzung.',
    whyCode:
      'Ihre Anmeldung liegt eine Weile zurück. Geben Sie einen Code Ihrer Authenticator-App ein, um fortzufahren. Dieses Gerät erhält dann eine neue Sitzung.',
    whyPasskey:
      'Ihre Anmeldung liegt eine Weile zurück. Wählen Sie Ihren Passkey, um fortzufahren. Dieses Gerät erhält dann eine neue Sitzung.',
    submit: 'Weiter',
  },

  sessions: {
    title: 'Sicherheit',
    lead: 'Die Geräte, die an Ihrem Konto angemeldet sind, und was zuletzt geschehen ist.',
    label: 'Ihre Geräte',
    others: 'Andere Geräte',
    revokeOthers: 'Alle anderen Geräte abmelden',
    onlyThis: 'Sie sind sonst nirgends angemeldet.',
    select: (device) => `${isolate(device)} auswählen`,
    selected: (n) => `${devices(n)} ausgewählt`,
    revokeSelected: (n) => `${devices(n)} abmelden`,
    revokeSelectedTitle: (n) => `${devices(n)} abmelden?`,
    revokeSelectedEffect: (n) => `${refused(n)}.`,
    revokeSelectedDone: (n) => `${devices(n)} abgemeldet. ${refused(n)}.`,
    revokeOthersTitle: 'Alle anderen Geräte abmelden?',
    revokeOthersEffect: (n) =>
      `${n === 0 ? 'Uns ist kein anderes Gerät bekannt.' : `${others(n)} ${n === 1 ? 'wird' : 'werden'} abgemeldet. ${refused(n)}.`} Dieses Gerät bleibt angemeldet, mit einer neuen Sitzung.`,
    revokeOthersSubmit: 'Die anderen abmelden',
    revokeOthersDone: (n) =>
      n === 0
        ? 'Kein anderes Gerät war angemeldet. Dieses Gerät hat eine neue Sitzung.'
        : `${others(n)} abgemeldet. ${refused(n)}. Dieses Gerät hat eine neue Sitzung.`,
    ended: (n) => `${n.toLocaleString('de')} abgemeldet, während diese Seite offen war`,
  },

  session: {
    current: 'Dieses Gerät',
    fresh: 'Neu',
    signOut: 'Abmelden',
    signOutNamed: (device) => `${isolate(device)} abmelden`,
    detailsNamed: (device) => `Einzelheiten zu ${isolate(device)}`,
    signedOut: 'Abgemeldet',
    signedOutElsewhere: (device) => `${isolate(device)} wurde abgemeldet.`,
    appeared: (device) => `Neue Anmeldung: ${isolate(device)}.`,
    show: 'Anzeigen',
    signedIn: 'Angemeldet',
    lastSeen: 'Aktiv',
    now: 'Jetzt aktiv',
    details: 'Einzelheiten',
    exactSignedIn: 'Angemeldet',
    exactAuthenticated: 'Zuletzt bestätigt, dass Sie es sind',
    exactSeen: 'Zuletzt aktiv (alle paar Minuten vermerkt)',
    exactExpires: 'Abgemeldet, wenn ungenutzt bis',
    exactEnds: 'Abgemeldet auf jeden Fall',
    with: (factors) => `mit ${factors}`,
    how: 'Angemeldet mit',
    device: 'Gerät',
    ip: 'IP-Adresse',
    scopes: 'Berechtigungen',
    noScopes: 'Keine',
    browser: 'User-Agent, wie ihn das Gerät angibt',
    nothing: 'Keiner',
    id: 'Sitzungs-ID',
    signOutTitle: (device) => `${isolate(device)} abmelden?`,
    signOutEffect: (ip) =>
      `Schon die nächste Anfrage von dort wird abgewiesen. Zuletzt benutzt wurde es an der Adresse ${isolate(ip)}.`,
    signOutHere: 'Das ist das Gerät, das Sie gerade benutzen: Sie werden hier abgemeldet.',
    signOutSubmit: 'Abmelden',
    signOutDone: (device) => `${isolate(device)} ist abgemeldet: Die nächste Anfrage von dort wird abgewiesen.`,
    signOutGone: (device) =>
      `${isolate(device)} war schon abgemeldet oder hat eine neue Sitzung. Sehen Sie in der Liste nach.`,
    notMe: 'Das war ich nicht',
    notMeNamed: (device) => `${isolate(device)}: Das war ich nicht`,
    notMeTitle: 'Sichern Sie Ihr Konto',
    notMeEffect: (device) =>
      `${isolate(device)} wird sofort abgemeldet. Ändern Sie danach Ihr Passwort: Wer sich dort angemeldet hat, kennt es vielleicht.`,
    notMeFactors: 'Prüfen Sie danach auch Ihre Passkeys, Ihre Authenticator-App und Ihre Wiederherstellungscodes.',
    notMeSubmit: 'Abmelden und Passwort ändern',
    notMeDone: (device) => `${isolate(device)} wurde abgemeldet. Ändern Sie jetzt Ihr Passwort.`,
    factors: {
      password: 'Passwort',
      code: 'Code per E-Mail',
      totp: 'Authenticator-App',
      recovery: 'Wiederherstellungscode',
      passkey: 'Passkey',
      provider: 'anderer Anbieter',
    },
  },

  device: {
    unknown: 'Unbekanntes Gerät',
    on: (browser, system) => `${browser} auf ${system}`,
    app: (system) => `App auf ${system}`,
    anApp: 'App',
    tv: 'Fernseher',
    bot: 'Bot',
    kinds: {
      computer: 'Computer',
      phone: 'Telefon',
      tablet: 'Tablet',
      tv: 'Fernseher oder Spielkonsole',
      app: 'App',
      script: 'Programm',
      bot: 'Bot',
      unknown: 'Unbekanntes Gerät',
    },
  },

  activity: {
    title: 'Letzte Aktivitäten',
    none: 'Bisher ist nichts verzeichnet.',
    more: 'Mehr anzeigen',
    signedIn: (device) => `Anmeldung mit ${isolate(device)}`,
    wrongPassword: (device) => `Jemand hat ein falsches Passwort eingegeben, mit ${isolate(device)}`,
    wrongCode: (device) => `Jemand hat einen falschen Code eingegeben, mit ${isolate(device)}`,
    failed: (device) => `Eine Anmeldung ist fehlgeschlagen, mit ${isolate(device)}`,
    locked: 'Die Anmeldung war nach zu vielen falschen Versuchen gesperrt',
    passwordChanged: 'Ihr Passwort wurde geändert',
    scopesChanged: (from, to) =>
      `Ihre Berechtigungen wurden geändert, von ${isolate(from || 'keinen')} zu ${isolate(to || 'keinen')}`,
    created: 'Ihr Konto wurde angelegt',
    updated: 'Ihr Konto wurde geändert',
    deleted: 'Ihr Konto wurde gelöscht',
    administrator: (what) => `${what}, durch die Verwaltung`,
    at: (ip) => `von ${isolate(ip)}`,
    actions: {
      change_user: 'Ihr Konto wurde geändert',
      create_user: 'Ihr Konto wurde angelegt',
      delete_user: 'Ihr Konto wurde gelöscht',
      export_user: 'Ihre Daten wurden exportiert',
      send_password_reset: 'Ein Link zum Zurücksetzen Ihres Passworts wurde gesendet',
      set_password: 'Ihr Passwort wurde gesetzt',
      reset_factors: 'Ihre zweiten Schritte wurden entfernt',
      unlock: 'Die Anmeldung wurde entsperrt',
      unlock_user: 'Die Anmeldung wurde entsperrt',
      revoke_session: 'Ein Gerät wurde abgemeldet',
      revoke_all_sessions: 'Alle Ihre Geräte wurden abgemeldet',
      email_verified: 'Ihre E-Mail-Adresse wurde bestätigt',
      email_changed: 'Ihre E-Mail-Adresse wurde geändert',
      email_change_undone: 'Die Änderung Ihrer E-Mail-Adresse wurde rückgängig gemacht',
      totp_added: 'Eine Authenticator-App wurde hinzugefügt',
      totp_removed: 'Die Authenticator-App wurde entfernt',
      passkey_added: 'Ein Passkey wurde hinzugefügt',
      passkey_removed: 'Ein Passkey wurde entfernt',
      passkey_renamed: 'Ein Passkey wurde umbenannt',
      recovery_codes_replaced: 'Ihre Wiederherstellungscodes wurden ersetzt',
      recovery_code_used: 'Ein Wiederherstellungscode wurde benutzt',
    },
    ended: {
      logout: 'Abgemeldet',
      replaced: 'Mit einer neuen Sitzung fortgesetzt',
      revoked: 'Von einem anderen Gerät aus abgemeldet',
      revoked_all: 'Mit allen anderen Geräten abgemeldet',
      password_change: 'Abgemeldet, weil das Passwort geändert wurde',
      password_reset: 'Abgemeldet, weil das Passwort zurückgesetzt wurde',
      factors_changed: 'Abgemeldet, weil ein zweiter Schritt geändert wurde',
      email_changed: 'Abgemeldet, weil die E-Mail-Adresse geändert wurde',
      email_change_undone: 'Abgemeldet, weil die Änderung der E-Mail-Adresse rückgängig gemacht wurde',
      identity_linked: 'Abgemeldet, weil ein Anmeldedienst verknüpft wurde',
      provider_logout: 'Beim Anmeldedienst abgemeldet',
      scope_removed: 'Abgemeldet, weil Berechtigungen entfernt wurden',
      user_disabled: 'Abgemeldet, weil das Konto gesperrt wurde',
      user_deleted: 'Abgemeldet, weil das Konto gelöscht wurde',
      session_cap: 'Abgemeldet, weil zu viele Geräte angemeldet waren',
      idle_timeout: 'Abgemeldet nach einer Zeit ohne Nutzung',
      absolute_timeout: 'Abgemeldet, weil die Anmeldung zu alt war',
    },
    endedByAdministrator: 'Durch die Verwaltung abgemeldet',
    endedOtherwise: 'Abgemeldet',
    devices: (what, n) => (n === 1 ? what : `${what}: ${devices(n)}`),
    atTime: (what, when) => `${what}, ${when}`,
  },

  account: {
    title: 'Konto',
    profile: 'Profil',
    email: 'E-Mail-Adresse',
    name: 'Name',
    noName: 'Keiner',
    since: 'Angelegt',
    id: 'Benutzer-ID',
    scopes: 'Berechtigungen',
    password: 'Passwort ändern',
    passwordEffect: 'Alle anderen Geräte werden abgemeldet, und dieses Gerät erhält eine neue Sitzung.',
    passwordSubmit: 'Passwort ändern',
    passwordDone:
      'Ihr Passwort ist geändert. Alle anderen Geräte sind abgemeldet: Die nächste Anfrage von jedem wird abgewiesen.',
    delete: 'Konto löschen',
    deleteEffect: 'Ihr Konto und alle Sitzungen werden sofort gelöscht. Das lässt sich nicht rückgängig machen.',
    deleteSubmit: 'Konto löschen …',
    deleteTitle: 'Ihr Konto löschen?',
    deleteConfirm: (email) => `Geben Sie zur Bestätigung ${isolate(email)} ein`,
    deleteMismatch: 'Das ist nicht Ihre E-Mail-Adresse.',
    deleteNotAllowed:
      'Sie haben die Berechtigung admin:write und können sich deshalb nicht selbst löschen. Wenden Sie sich an eine andere Person der Verwaltung.',
    deleteFinal: 'Endgültig löschen',
    deleted: 'Ihr Konto ist gelöscht, und alle Geräte sind abgemeldet.',
  },

  factors: {
    title: 'Anmeldung in zwei Schritten',
    off: 'Aus: Ihr Passwort allein meldet Sie an. Mit einer Authenticator-App oder einem Passkey kann sich niemand anmelden, der nur das Passwort kennt.',
    app: 'Authenticator-App',
    appSince: (when) => `Eingerichtet am ${when}`,
    recoveryCodes: 'Wiederherstellungscodes',
    left: (n) => (n === 0 ? 'Keiner mehr übrig' : `${n} übrig`),
    fewLeft:
      'Ersetzen Sie die Codes, bevor sie ausgehen: Ohne App und Passkey meldet Sie nur ein Wiederherstellungscode an.',
    missingScopes: (scopes) =>
      `Dieser Sitzung fehlt ${isolate(scopes)}: Der Dienst verlangt dafür vielleicht die Anmeldung in zwei Schritten. Richten Sie dazu eine Authenticator-App oder einen Passkey ein.`,
    setUp: 'Authenticator-App einrichten',
    setUpTitle: 'Authenticator-App einrichten',
    scan: 'Scannen Sie diesen Code mit der App, oder öffnen Sie sie auf diesem Gerät. Geben Sie dann die sechs Ziffern ein, die die App zeigt.',
    qrCode: 'QR-Code des Schlüssels unten',
    open: 'Die App auf diesem Gerät öffnen',
    key: 'Oder geben Sie diesen Schlüssel in die App ein:',
    activate: 'Einschalten',
    changed:
      'Ihr Konto wurde inzwischen geändert, vielleicht in einem anderen Tab. Schließen Sie dieses Fenster und beginnen Sie von vorn.',
    activated:
      'Die Anmeldung in zwei Schritten ist eingeschaltet. Alle anderen Geräte sind abgemeldet: Die nächste Anfrage von jedem wird abgewiesen.',
    codesTitle: 'Speichern Sie Ihre Wiederherstellungscodes',
    codesEffect:
      'Ohne Ihre Authenticator-App oder Ihren Passkey meldet jeder dieser Codes Sie einmal an. Sie werden nicht noch einmal gezeigt: Bewahren Sie sie dort auf, wo Sie Passwörter aufbewahren.',
    copy: 'Kopieren',
    copied: 'Die Codes sind kopiert.',
    notCopied: 'Der Browser erlaubt das Kopieren nicht. Markieren Sie die Codes stattdessen.',
    download: 'Herunterladen',
    file: 'wiederherstellungscodes.txt',
    print: 'Drucken',
    saved: 'Ich habe sie gespeichert',
    replace: 'Wiederherstellungscodes ersetzen',
    replaceTitle: 'Wiederherstellungscodes ersetzen?',
    replaceEffect:
      'Sie erhalten zehn neue Codes, und die bisherigen gelten nicht mehr. Alle anderen Geräte werden abgemeldet, und dieses Gerät erhält eine neue Sitzung.',
    replaced: 'Ihre Wiederherstellungscodes sind ersetzt. Alle anderen Geräte sind abgemeldet.',
    remove: 'App entfernen',
    removeTitle: 'Die Authenticator-App entfernen?',
    removeEffect:
      'Ohne Passkey meldet Sie wieder das Passwort allein an, und Ihre Wiederherstellungscodes gelten nicht mehr. Alle anderen Geräte werden abgemeldet, und dieses Gerät erhält eine neue Sitzung.',
    removeSubmit: 'Entfernen',
    removed: 'Die Authenticator-App ist entfernt. Alle anderen Geräte sind abgemeldet.',
  },

  passkeys: {
    title: 'Passkeys',
    none: 'Keine. Ein Passkey meldet Sie mit Fingerabdruck, Gesicht oder PIN an, ohne Passwort.',
    notSupported: 'Dieser Browser kann keine Passkeys anlegen.',
    add: 'Passkey hinzufügen',
    addTitle: 'Passkey hinzufügen',
    addEffect:
      'Ihr Gerät legt einen Passkey an und behält ihn. Alle anderen Geräte werden abgemeldet, und dieses Gerät erhält eine neue Sitzung.',
    added: (when) => `Hinzugefügt am ${when}.`,
    used: (when) => `Zuletzt benutzt am ${when} oder am Tag danach.`,
    unused: 'Noch nicht benutzt.',
    done: 'Der Passkey ist hinzugefügt. Alle anderen Geräte sind abgemeldet: Die nächste Anfrage von jedem wird abgewiesen.',
    name: 'Name',
    nameHint: 'Damit Sie ihn in dieser Liste wiedererkennen.',
    rename: 'Umbenennen',
    renameNamed: (name) => `${isolate(name)} umbenennen`,
    renameTitle: 'Passkey umbenennen',
    renameSubmit: 'Umbenennen',
    renamed: (name) => `Der Passkey heißt jetzt ${isolate(name)}.`,
    remove: 'Entfernen',
    removeNamed: (name) => `${isolate(name)} entfernen`,
    removeTitle: (name) => `${isolate(name)} entfernen?`,
    removeEffect:
      'Dieser Passkey meldet Sie nicht mehr an. Ohne einen anderen zweiten Schritt genügt das Passwort allein, und Ihre Wiederherstellungscodes gelten nicht mehr. Alle anderen Geräte werden abgemeldet, und dieses Gerät erhält eine neue Sitzung.',
    removeSubmit: 'Entfernen',
    removed: (name) => `${isolate(name)} ist entfernt. Alle anderen Geräte sind abgemeldet.`,
    canceled: 'Es wurde kein Passkey gewählt. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Weise an.',
    known: 'Dieses Gerät hat schon einen Passkey Ihres Kontos.',
  },

  notAllowed: {
    title: 'Verwaltung',
    why: 'Diese Seite ist für die Verwaltung: Ihrer Sitzung fehlt die Berechtigung admin:read.',
  },

  problems: {
    invalid_request: 'Der Dienst hat die Eingabe nicht angenommen. Prüfen Sie sie und versuchen Sie es noch einmal.',
    invalid_scope: 'Ihr Konto hat diese Berechtigungen nicht.',
    unauthenticated: 'Sie sind nicht mehr angemeldet. Melden Sie sich wieder an.',
    sign_in_again: 'Die Änderung ist geschehen, und alle Geräte sind abgemeldet. Melden Sie sich wieder an.',
    invalid_credentials:
      'Die E-Mail-Adresse oder das Passwort ist falsch. Prüfen Sie beides und versuchen Sie es noch einmal.',
    wrong_password: 'Das Passwort ist falsch. Sie bleiben angemeldet; versuchen Sie es noch einmal.',
    wrong_code: 'Der Code ist falsch oder schon benutzt. Prüfen Sie ihn, oder warten Sie auf den nächsten.',
    wrong_passkey:
      'Der Passkey wurde nicht angenommen. Versuchen Sie einen anderen, oder melden Sie sich auf andere Weise an.',
    second_factor_required: 'Dafür brauchen Sie einen zweiten Schritt.',
    password_change_required: 'Das Passwort ist richtig, aber Sie müssen ein neues wählen.',
    challenge_expired: 'Diese Anmeldung hat zu lange gedauert. Beginnen Sie von vorn.',
    registration_closed: 'Die Registrierung ist geschlossen. Bitten Sie die Verwaltung um ein Konto.',
    captcha_required: 'Lösen Sie die Aufgabe auf dieser Seite, und versuchen Sie es noch einmal.',
    cross_origin: 'Diese Anfrage kam von einer fremden Seite und wurde abgewiesen. Laden Sie die Seite neu.',
    insufficient_scope: 'Ihnen fehlt dafür eine Berechtigung. Bitten Sie die Verwaltung darum.',
    reauthentication_required: 'Es wurde nichts geändert. Bestätigen Sie, dass Sie es sind, um fortzufahren.',
    not_found: 'Das gibt es nicht mehr. Laden Sie die Seite neu.',
    identity_not_linked: 'Diese Identität ist nicht verknüpft.',
    provider_refused:
      'Der Anbieter hat die Anmeldung abgelehnt. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Weise an.',
    provider_unavailable: 'Der Anbieter ist gerade nicht erreichbar. Versuchen Sie es später noch einmal.',
    method_not_allowed: 'Diese Seite ist veraltet. Laden Sie sie neu.',
    email_taken: 'Es gibt schon ein Konto mit dieser E-Mail-Adresse.',
    conflict:
      'Das Konto wurde gleichzeitig geändert, oder sein Zustand lässt dies nicht zu. Prüfen Sie es und versuchen Sie es noch einmal.',
    invalid_link:
      'Der Link wurde schon benutzt, ist abgelaufen oder durch einen neueren ersetzt. Fordern Sie einen neuen an.',
    payload_too_large: 'Die Eingabe ist zu lang.',
    unsupported_media_type: 'Diese Seite ist veraltet. Laden Sie sie neu.',
    password_rejected: 'Dieses Passwort erfüllt die Anforderungen nicht. Wählen Sie ein anderes.',
    too_many_attempts: 'Zu viele Versuche. Versuchen Sie es später noch einmal.',
    unavailable: 'Der Dienst erreicht seine Datenbank gerade nicht. Versuchen Sie es gleich noch einmal.',
    revocation_pending:
      'Die Änderung ist geschehen, aber einzelne Geräte sind vielleicht noch angemeldet. Melden Sie sich wieder an, um sie abzumelden.',
  },
}
