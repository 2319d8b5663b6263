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
  users: {
    title: 'Benutzer',
    lead: 'Finden Sie Benutzer über die vollständige E-Mail-Adresse, mit der sie sich anmelden.',
    find: 'Suchen',
    findLabel: 'E-Mail-Adresse',
    none: (email) =>
      `Kein Benutzer hat die E-Mail-Adresse ${isolate(email)}. Geben Sie die vollständige Adresse ein, nicht nur einen Teil.`,
    all: 'Alle Benutzer',
    more: 'Mehr anzeigen',
    shownAll: (n) => `Das sind alle: ${users(n)}.`,
    shownSoFar: (n) => `Bisher ${users(n)}.`,
    create: 'Benutzer anlegen',
    disabled: 'Gesperrt',
    active: 'Aktiv',
    noScopes: 'Keine außer dem eigenen Konto',
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
