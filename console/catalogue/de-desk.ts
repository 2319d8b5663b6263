// The German translation of `en-desk.ts`.

import type { DeskCatalogue } from './catalogue.ts'
import { isolate } from './isolate.ts'

const count = (n: number, one: string, many: string) => `${n.toLocaleString('de')} ${n === 1 ? one : many}`
const sessions = (n: number) => count(n, 'Sitzung', 'Sitzungen')
const users = (n: number) => count(n, 'Benutzer', 'Benutzer')
const refused = (n: number) => `die nächste Anfrage ${n === 1 ? 'von dort' : 'von jeder'} wird abgewiesen`
const willEnd = (n: number) =>
  n === 0
    ? 'Es gibt keine Sitzung zu beenden.'
    : `${sessions(n)} ${n === 1 ? 'wird' : 'werden'} beendet: ${refused(n)}.`

export const deDesk: DeskCatalogue = {
  sections: {
    label: 'Bereiche der Verwaltung',
    users: 'Benutzer',
    activity: 'Aktivität und Vorfälle',
    invitations: 'Einladungen',
  },

  users: {
    title: 'Benutzer',
    lead: 'Geben Sie einen Teil einer E-Mail-Adresse oder eines Namens oder eine ganze Benutzer-ID ein.',
    findLabel: 'Suche',
    findHint: 'Die Eingabetaste öffnet den einzigen Treffer oder sofort den Benutzer einer ganzen Adresse oder ID.',
    status: 'Zustand',
    anyStatus: 'Jeder Zustand',
    scope: 'Berechtigung',
    anyScope: 'Jede Berechtigung',
    none: 'Kein Benutzer passt. Prüfen Sie die Schreibweise, oder entfernen Sie einen Filter.',
    all: 'Alle Benutzer',
    more: 'Mehr anzeigen',
    shown: (n, all) =>
      all === undefined ? `${users(n)} angezeigt` : `${n.toLocaleString('de')} von ${users(all)} angezeigt`,
    looked: (n, of, isAll) =>
      `${n.toLocaleString('de')} Treffer unter ${isAll ? 'allen' : 'den ersten'} ${of.toLocaleString('de')} Benutzern`,
    stopLooking: 'Anhalten',
    columns: {
      email: 'E-Mail-Adresse',
      name: 'Name',
      status: 'Zustand',
      scopes: 'Berechtigungen',
      created: 'Angelegt',
    },
    select: (email) => `${isolate(email)} auswählen`,
    exportAll: 'Als CSV exportieren',
    exportSelected: (n) => `${users(n)} als CSV exportieren`,
    you: 'Sie',
    noName: '–',
    create: 'Benutzer anlegen',
    disabled: 'Gesperrt',
    active: 'Aktiv',
    noScopes: 'Keine außer dem eigenen Konto',
  },

  incident: {
    title: 'Aktivität und Vorfälle',
    lead: 'Was allen Benutzern geschehen ist, das Neueste zuerst, einige Sekunden verzögert.',
    event: 'Ereignis',
    anyEvent: 'Jedes Ereignis',
    since: 'Zeitraum',
    lastHours: (n) => (n < 48 ? (n === 1 ? 'Letzte Stunde' : `Letzte ${n} Stunden`) : `Letzte ${n / 24} Tage`),
    addressLabel: 'IP-Adresse (ihr Anfang)',
    actorLabel: 'Benutzer oder Verwaltung (ID)',
    none: 'Nichts passt. Wählen Sie einen längeren Zeitraum, oder entfernen Sie einen Filter.',
    more: 'Weiter zurückgehen',
    count: (n, of) =>
      `${n.toLocaleString('de')} angezeigt von ${count(of, 'gelesenen Eintrag', 'gelesenen Einträgen')}`,
    columns: { when: 'Wann', what: 'Was', user: 'Benutzer', from: 'Adresse', device: 'Gerät', by: 'Durch' },
    commandLine: 'Kommandozeile',
    endAll: (ip) => `Alle Sitzungen von ${isolate(ip)} beenden`,
    endAllTitle: (ip) => `Alle Sitzungen von ${isolate(ip)} beenden?`,
    endAllEffect: (n) =>
      `Jede Sitzung, die in ${n === 1 ? 'der letzten Stunde' : n < 48 ? `den letzten ${n} Stunden` : `den letzten ${n / 24} Tagen`} bei einer Anmeldung von genau dieser Adresse entstanden ist, wird beendet: Ihre nächste Anfrage wird abgewiesen. Lassen Sie diese Seite offen, bis das fertig ist. Auf der Kommandozeile findet sessions revoke --ip auch ältere.`,
    ended: ({ ip, found, done, ended, isRunning }) =>
      isRunning
        ? `Sitzungen von ${isolate(ip)} werden beendet: ${done.toLocaleString('de')} von ${found.toLocaleString('de')} …`
        : `${sessions(ended)} von ${isolate(ip)} beendet. ${count(done - ended, 'andere war', 'andere waren')} schon vorher beendet.`,
    leakTitle: 'Wenn die Tabellen bekannt geworden sind',
    leak: 'Mit dieser Einstellung wird jede Sitzung abgewiesen, die vorher entstanden ist, ohne dass etwas geschrieben wird. Alle melden sich neu an.',
    scopesChanged: (from, to) =>
      `Berechtigungen geändert von ${isolate(from || 'keinen')} zu ${isolate(to || 'keinen')}`,
    events: {
      authn_login_success: 'Angemeldet',
      authn_login_fail: 'Anmeldung fehlgeschlagen',
      authn_login_lock: 'Anmeldung nach zu vielen Versuchen gesperrt',
      authn_password_change: 'Passwort geändert',
      authz_change: 'Berechtigungen geändert',
      authz_admin: 'Handlung der Verwaltung',
      session_created: 'Sitzung entstanden',
      session_expired: 'Abgemeldet',
      user_created: 'Benutzer angelegt',
      user_updated: 'Benutzer geändert',
      user_deleted: 'Benutzer gelöscht',
    },
    reasons: {
      unknown_email: 'unbekannte Adresse',
      wrong_password: 'falsches Passwort',
      disabled: 'Benutzer gesperrt',
      no_password: 'Benutzer hat kein Passwort',
      unreadable_hash: 'gespeichertes Passwort nicht lesbar',
      wrong_totp: 'falscher Code',
      wrong_recovery: 'falscher Wiederherstellungscode',
      wrong_mailed_code: 'falscher Code per E-Mail',
      no_second_factor: 'kein zweiter Schritt',
    },
    actions: {
      change_user: 'Benutzer geändert',
      create_user: 'Benutzer angelegt',
      delete_user: 'Benutzer gelöscht',
      erase_user: 'Benutzer und Aktivität gelöscht',
      export_user: 'Daten exportiert',
      invite_user: 'Benutzer eingeladen',
      revoke_invitation: 'Einladung zurückgezogen',
      send_password_reset: 'E-Mail zum Zurücksetzen angefordert',
      set_password: 'Passwort gesetzt',
      reset_factors: 'Zweite Schritte entfernt',
      unlock: 'Anmeldung entsperrt',
      unlock_user: 'Anmeldung entsperrt',
      revoke_session: 'Sitzung beendet',
      revoke_all_sessions: 'Alle Sitzungen beendet',
      email_verified: 'E-Mail-Adresse bestätigt',
      email_changed: 'E-Mail-Adresse geändert',
      email_change_undone: 'Änderung der E-Mail-Adresse rückgängig gemacht',
      totp_added: 'Authenticator-App hinzugefügt',
      totp_removed: 'Authenticator-App entfernt',
      passkey_added: 'Passkey hinzugefügt',
      passkey_removed: 'Passkey entfernt',
      passkey_renamed: 'Passkey umbenannt',
      recovery_codes_replaced: 'Wiederherstellungscodes ersetzt',
      recovery_code_used: 'Wiederherstellungscode benutzt',
    },
  },

  invitations: {
    title: 'Einladungen',
    none: 'Keine Einladungen in den letzten sieben Tagen.',
    more: 'Mehr Einladungen anzeigen',
    invite: 'Benutzer einladen',
    inviteTitle: 'Einen Benutzer einladen',
    inviteEffect: 'Wir senden einen Link, der sieben Tage und einmal gilt. Wer ihn öffnet, wählt ein Passwort.',
    submit: 'Einladung senden',
    done: (email) => `Eine E-Mail an ${isolate(email)} ist unterwegs.`,
    expires: 'Gilt bis',
    statuses: { open: 'Offen', accepted: 'Angenommen', revoked: 'Zurückgezogen' },
    revoke: 'Zurückziehen',
    revokeLabel: (email) => `Einladung an ${isolate(email)} zurückziehen`,
    revokeTitle: (email) => `Die Einladung an ${isolate(email)} zurückziehen?`,
    revokeEffect: 'Der Link in der E-Mail gilt dann nicht mehr.',
    revoked: (email) => `Die Einladung an ${isolate(email)} ist zurückgezogen.`,
  },

  createUser: {
    title: 'Einen Benutzer anlegen',
    scopesHint: 'Durch Leerzeichen getrennt, zum Beispiel notes:read. Für das eigene Konto braucht niemand eine.',
    password: 'Erstes Passwort',
    passwordHint: 'Es lässt sich später nicht nachsehen. Der Benutzer kann es unter „Konto“ ändern.',
    submit: 'Anlegen',
    done: (email) => `${isolate(email)} kann sich jetzt anmelden.`,
    doneTitle: (email) => `${isolate(email)} kann sich jetzt anmelden`,
    kept: 'Ich habe das Passwort kopiert oder weitergegeben',
    doneEffect:
      'Geben Sie dem Benutzer dieses Passwort selbst: Es wird keine E-Mail gesendet, und es wird nicht noch einmal gezeigt.',
  },

  user: {
    back: 'Alle Benutzer',
    gone: 'Diesen Benutzer gibt es nicht, oder er wurde gelöscht.',
    you: 'Sie',
    profile: 'Profil',
    selfProtected:
      'Sie haben die Berechtigung admin:write und können sich deshalb nicht selbst sperren oder löschen. Wenden Sie sich an eine andere Person der Verwaltung.',
    edit: 'Bearbeiten',
    editTitle: (email) => `${isolate(email)} bearbeiten`,
    save: 'Speichern',
    saved: (email) => `${isolate(email)} ist geändert.`,
    savedRevoked: (email) =>
      `${isolate(email)} ist geändert, und alle Sitzungen sind beendet: Die nächste Anfrage von jeder wird abgewiesen.`,
    nothingChanges: 'Noch keine Änderung.',
    nameChanges: 'Der Name wird geändert. Sitzungen bleiben bestehen.',
    adds: (scopes) =>
      `Neu: ${isolate(scopes)}. Das gilt, sobald sich der Benutzer das nächste Mal anmeldet oder sein Passwort eingibt.`,
    removes: (scopes, n) =>
      `Entfernt: ${isolate(scopes)}. Alle Sitzungen des Benutzers werden sofort beendet (zurzeit ${n === 0 ? 'keine' : n}).`,
    disable: 'Sperren',
    disableTitle: (email) => `${isolate(email)} sperren?`,
    disableEffect: (n) => `${willEnd(n)} Der Benutzer kann sich nicht anmelden, bis ihn die Verwaltung entsperrt.`,
    disabled: (email) => `${isolate(email)} ist gesperrt und kann sich nicht anmelden. Alle Sitzungen sind beendet.`,
    enable: 'Entsperren',
    enableTitle: (email) => `${isolate(email)} entsperren?`,
    enableEffect: 'Der Benutzer kann sich wieder mit seinem Passwort anmelden. Beendete Sitzungen bleiben beendet.',
    enabled: (email) => `${isolate(email)} kann sich wieder anmelden. Beendete Sitzungen bleiben beendet.`,
    delete: 'Löschen',
    deleteTitle: (email) => `${isolate(email)} löschen?`,
    deleteEffect:
      'Das Konto und alle Sitzungen werden sofort gelöscht. Das lässt sich nicht rückgängig machen. Die E-Mail-Adresse kann wieder benutzt werden.',
    deleteSubmit: 'Endgültig löschen',
    deleted: (email) => `${isolate(email)} ist gelöscht, und alle Sitzungen sind beendet.`,
    email: { verified: 'E-Mail-Adresse bestätigt', unverified: 'E-Mail-Adresse nicht bestätigt' },
    sendReset: 'E-Mail zum Zurücksetzen senden',
    sendResetTitle: (email) => `${isolate(email)} eine E-Mail zum Zurücksetzen des Passworts senden?`,
    sendResetEffect:
      'Die E-Mail enthält einen Link, mit dem der Benutzer ein neues Passwort setzt. Er gilt eine Stunde. Bis er benutzt wird, bleiben das Passwort und alle Sitzungen, wie sie sind.',
    sendResetDone: (email) => `Eine E-Mail zum Zurücksetzen des Passworts ist an ${isolate(email)} unterwegs.`,
    setPassword: 'Passwort setzen',
    setPasswordTitle: (email) => `Ein Passwort für ${isolate(email)} setzen`,
    setPasswordEffect: (n) => `Das bisherige Passwort gilt nicht mehr. ${willEnd(n)}`,
    setPasswordDone: (email) => `${isolate(email)} hat ein neues Passwort`,
    setPasswordRequire: 'Der Benutzer muss bei der nächsten Anmeldung ein anderes wählen',
    setPasswordGive:
      'Geben Sie dem Benutzer dieses Passwort selbst: Es wird nicht per E-Mail gesendet und nicht noch einmal gezeigt.',
    unlock: 'Anmeldung entsperren',
    unlockTitle: (email) => `Die Anmeldung für ${isolate(email)} entsperren?`,
    unlockEffect:
      'Nach zu vielen falschen Passwörtern ist die Anmeldung eine Zeit lang gesperrt. Das Entsperren setzt die Zähler falscher Passwörter dieses Kontos zurück. Sonst ändert sich nichts.',
    unlockDone: (email) => `${isolate(email)} kann sich wieder anmelden.`,
    resetFactors: 'Zweite Schritte entfernen',
    resetFactorsTitle: (email) => `Die zweiten Schritte von ${isolate(email)} entfernen?`,
    resetFactorsEffect: (n) =>
      `Authenticator-App, Passkeys und Wiederherstellungscodes des Benutzers gelten nicht mehr, und das Passwort allein genügt. Tun Sie das nur, wenn Sie wissen, dass der Benutzer selbst darum bittet. ${willEnd(n)}`,
    resetFactorsDone: (email) =>
      `${isolate(email)} kann sich mit dem Passwort allein anmelden. Alle Sitzungen sind beendet.`,
    lastSignIn: 'Letzte Anmeldung',
    noSignIn: 'Keine verzeichnet',
    locked: (when) => `Die Anmeldung ist nach zu vielen falschen Versuchen bis ${when} gesperrt.`,
    activity: 'Aktivität',
    noActivity: 'Keine Aktivität verzeichnet.',
    knownScopes: 'Verwendete Berechtigungen',
    unknownScope: (scopes) =>
      `Kein Benutzer, den diese Seite geladen hat, hat ${isolate(scopes)}. Prüfen Sie die Schreibweise: Der Dienst nimmt jede Berechtigung an.`,
    ownScopes:
      'Sie haben admin:write und können sich deshalb keine Berechtigung entziehen. Wenden Sie sich an eine andere Person der Verwaltung.',
    sessions: 'Sitzungen',
    sessionsLive: 'Diese Liste aktualisiert sich von selbst.',
    noSessions: 'Keine Sitzungen.',
    revokeAll: 'Alle Sitzungen beenden',
    revokeAllTitle: (email) => `Alle Sitzungen von ${isolate(email)} beenden?`,
    revokeAllEffect: (n) =>
      `${n === 0 ? 'Zurzeit gibt es keine Sitzung; eine, die inzwischen beginnt, wird auch beendet.' : willEnd(n)} Der Benutzer kann sich mit seinem Passwort wieder anmelden. Um das zu verhindern, sperren Sie ihn.`,
    revokeAllYou: 'Das ist Ihr eigenes Konto: Sie werden auch hier abgemeldet.',
    revokeAllDone: (n) => (n === 0 ? 'Es gab keine Sitzung zu beenden.' : `${sessions(n)} beendet: ${refused(n)}.`),
  },
}
