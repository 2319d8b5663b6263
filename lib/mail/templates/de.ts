import type { FactorsChange } from '../mail-message.ts'
import type { Template } from '../wording.ts'

const IGNORE = 'Wenn Sie das nicht veranlasst haben, beachten Sie diese Nachricht nicht: Es ändert sich nichts.'

/** The start of the subject, and what is said about the change. */
const CHANGES: Readonly<Record<FactorsChange, readonly [subject: string, sentence: string]>> = {
  totp_added: [
    'Authenticator-App hinzugefügt',
    'Ihrem Konto wurde eine Authenticator-App hinzugefügt. Die Anmeldung verlangt nun auch einen Code dieser App.',
  ],
  totp_removed: ['Authenticator-App entfernt', 'Die Authenticator-App wurde aus Ihrem Konto entfernt.'],
  passkey_added: ['Passkey hinzugefügt', 'Ihrem Konto wurde ein Passkey hinzugefügt.'],
  passkey_removed: ['Passkey entfernt', 'Ein Passkey wurde aus Ihrem Konto entfernt.'],
  recovery_codes_replaced: [
    'Neue Wiederherstellungscodes',
    'Ihr Konto hat neue Wiederherstellungscodes. Die früheren gelten nicht mehr.',
  ],
  recovery_code_used: [
    'Wiederherstellungscode benutzt',
    'Ein Wiederherstellungscode wurde zur Anmeldung benutzt. Er gilt kein zweites Mal.',
  ],
  identity_linked: [
    'Anmeldung über einen Anbieter hinzugefügt',
    'Ihrem Konto wurde eine Anmeldung über einen Anbieter hinzugefügt.',
  ],
  identity_unlinked: [
    'Anmeldung über einen Anbieter entfernt',
    'Eine Anmeldung über einen Anbieter wurde aus Ihrem Konto entfernt.',
  ],
  reset_by_administrator: [
    'Zweite Faktoren entfernt',
    'Die Verwaltung hat alle zweiten Faktoren aus Ihrem Konto entfernt und Sie überall abgemeldet. Melden Sie sich an, und richten Sie einen neuen ein.',
  ],
}

/** German. */
export const de: Template = {
  greeting: (name) => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
  copyLink: 'Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:',
  footer: (productName) => `${productName} hat diese Nachricht automatisch gesendet. Antworten werden nicht gelesen.`,
  unsubscribe: 'Diese Hinweise abbestellen:',
  words: {
    registration: (_message, { productName, lifetime }) => ({
      subject: `Schließen Sie Ihre Registrierung bei ${productName} ab`,
      paragraphs: [`Jemand, vermutlich Sie, möchte für diese Adresse ein Konto bei ${productName} eröffnen.`],
      action: 'Registrierung abschließen',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal.`,
      otherwise: 'Wenn Sie es nicht waren, beachten Sie diese Nachricht nicht: Es wird kein Konto eröffnet.',
    }),
    account_exists: (_message, { productName }) => ({
      subject: `Sie haben bereits ein Konto bei ${productName}`,
      paragraphs: [
        `Jemand, vermutlich Sie, wollte für diese Adresse ein Konto bei ${productName} eröffnen, doch sie hat bereits eines.`,
        'Melden Sie sich damit an. Wenn Sie das Passwort vergessen haben, hilft die Anmeldeseite.',
      ],
      action: 'Zur Anmeldeseite',
      otherwise: 'Wenn Sie es nicht waren, beachten Sie diese Nachricht nicht: Ihr Konto ist wie zuvor.',
    }),
    verification: (_message, { productName, lifetime }) => ({
      subject: `Bestätigen Sie Ihre Adresse für ${productName}`,
      paragraphs: [`Bitte bestätigen Sie, dass diese Adresse zu Ihrem Konto bei ${productName} gehört.`],
      action: 'Adresse bestätigen',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal.`,
      otherwise: 'Wenn Sie es nicht waren, beachten Sie diese Nachricht nicht: Die Adresse bleibt unbestätigt.',
    }),
    email_change: (_message, { productName, lifetime }) => ({
      subject: `Bestätigen Sie Ihre neue Adresse für ${productName}`,
      paragraphs: [
        `Diese Adresse soll die Adresse eines Kontos bei ${productName} werden.`,
        'Die Änderung gilt mit dem Öffnen des Links. Dann sind Sie überall abgemeldet und melden sich mit dieser Adresse an.',
      ],
      action: 'Diese Adresse verwenden',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal.`,
      otherwise: IGNORE,
    }),
    email_change_requested: ({ newEmail }, { productName }) => ({
      subject: `Neue Adresse für ${productName} gewünscht`,
      paragraphs: [
        `Jemand, vermutlich Sie, möchte die Adresse Ihres Kontos bei ${productName} in ${newEmail} ändern.`,
        'Die Änderung gilt, sobald sie an der neuen Adresse bestätigt ist. Dann erhält diese Adresse einen Link, der sie rückgängig macht.',
        'Wenn Sie das selbst veranlasst haben, ist hier nichts zu tun.',
      ],
      action: 'Neues Passwort setzen',
      otherwise:
        'Wenn Sie es nicht waren, setzen Sie jetzt ein neues Passwort: Das verhindert die Änderung und meldet Sie überall ab.',
    }),
    email_changed: ({ newEmail }, { productName, lifetime }) => ({
      subject: `Ihre Adresse für ${productName} wurde geändert`,
      paragraphs: [
        `Ihr Konto bei ${productName} hat nun die Adresse ${newEmail}. Mit dieser hier ist keine Anmeldung mehr möglich.`,
        'Wenn Sie das selbst geändert haben, ist nichts zu tun.',
      ],
      action: 'Änderung rückgängig machen',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal.`,
      otherwise:
        'Wenn Sie es nicht waren, machen Sie die Änderung jetzt rückgängig: Ihr Konto erhält diese Adresse zurück und wird überall abgemeldet. Setzen Sie danach ein neues Passwort.',
    }),
    email_change_undone: (_message, { productName }) => ({
      subject: `Ihr Konto bei ${productName} hat wieder diese Adresse`,
      paragraphs: [
        `Die Änderung der Adresse Ihres Kontos bei ${productName} wurde rückgängig gemacht. Sie sind überall abgemeldet.`,
        'Was seit der Änderung gesetzt wurde, etwa ein Passwort oder ein zweiter Faktor, wurde entfernt.',
      ],
      action: 'Neues Passwort setzen',
      otherwise:
        'Wenn Sie diese Änderung nicht gemacht haben, hatte jemand Zugriff auf Ihr Konto: Setzen Sie jetzt ein neues Passwort, und prüfen Sie die Anmeldung.',
    }),
    password_reset: (_message, { productName, lifetime }) => ({
      subject: `Setzen Sie ein neues Passwort für ${productName}`,
      paragraphs: [
        `Jemand, vermutlich Sie, möchte ein neues Passwort für Ihr Konto bei ${productName} setzen.`,
        'Mit dem neuen Passwort sind Sie überall abgemeldet.',
      ],
      action: 'Neues Passwort setzen',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal. Eine spätere Nachricht ersetzt ihn.`,
      otherwise: 'Wenn Sie es nicht waren, beachten Sie diese Nachricht nicht: Ihr Passwort bleibt, wie es ist.',
    }),
    login_code: (_message, { productName, lifetime }) => ({
      subject: `Ihr Code für ${productName}`,
      paragraphs: [`Geben Sie diesen Code dort ein, wo Sie sich bei ${productName} anmelden:`],
      action: 'Anmeldeseite öffnen',
      validity: `Der Code gilt ${lifetime}, ein einziges Mal und nur in dem Browser, der ihn angefordert hat. In einem anderen Browser zeigt der Link den Code.`,
      otherwise:
        'Wenn Sie es nicht waren, beachten Sie diese Nachricht nicht. Geben Sie den Code niemandem, auch keinem angeblichen Kundendienst.',
    }),
    password_changed: (_message, { productName }) => ({
      subject: `Ihr Passwort für ${productName} wurde geändert`,
      paragraphs: [
        `Das Passwort Ihres Kontos bei ${productName} wurde geändert, und alle anderen Sitzungen wurden abgemeldet.`,
        'Wenn Sie das selbst geändert haben, ist nichts zu tun.',
      ],
      action: 'Neues Passwort setzen',
      otherwise: 'Wenn Sie es nicht waren, setzen Sie jetzt ein neues Passwort.',
    }),
    factors_changed: ({ change }, { productName }) => ({
      subject: `${CHANGES[change][0]}: Ihr Konto bei ${productName}`,
      paragraphs: [CHANGES[change][1], 'Wenn Sie das selbst geändert oder veranlasst haben, ist nichts zu tun.'],
      action: 'Sicherheit des Kontos prüfen',
      otherwise:
        'Wenn Sie es nicht waren, setzen Sie jetzt ein neues Passwort, und prüfen Sie die Anmeldung Ihres Kontos.',
    }),
    new_sign_in: ({ device, ip, at }, { productName, formatTime }) => ({
      subject: `Neue Anmeldung bei ${productName}`,
      paragraphs: [
        `Ihr Konto bei ${productName} wurde auf einem Gerät und in einem Netz benutzt, die neu für das Konto sind.`,
        `${device}, IP-Adresse ${ip}, ${formatTime(at)}`,
        'Wenn Sie es waren, ist nichts zu tun.',
      ],
      action: 'Sitzungen des Kontos prüfen',
      otherwise: 'Wenn Sie es nicht waren, melden Sie diese Sitzung ab, und setzen Sie jetzt ein neues Passwort.',
    }),
    invitation: ({ invitedBy }, { productName, lifetime }) => ({
      subject: `Einladung zu ${productName}`,
      paragraphs: [`${invitedBy ?? 'Die Verwaltung'} lädt Sie ein, ein Konto bei ${productName} zu eröffnen.`],
      action: 'Einladung annehmen',
      validity: `Der Link gilt ${lifetime} und ein einziges Mal.`,
      otherwise: 'Wenn Sie diese Einladung nicht erwartet haben, beachten Sie sie nicht: Es wird kein Konto eröffnet.',
    }),
  },
}
