/** One requirement of the project's security research: five of its sections, from passwords to process. */
export interface Row {
  readonly id: string
  /** The requirement in our own words. */
  readonly requirement: string
  readonly source: string
  /** `yes`, or why it does not apply here. */
  readonly applies: string
}

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

type Line = [id: string, requirement: string, source: string, applies?: string]

const section = (title: string, ...lines: Line[]): Section => ({
  title,
  rows: lines.map(([id, requirement, source, applies = 'yes']) => ({ id, requirement, source, applies })),
})

// ASVS is OWASP ASVS 5.0.0 with its level, 63B is NIST SP 800-63B-4, CS- an OWASP cheat sheet.
export const SECTIONS: readonly Section[] = [
  section(
    'Passwords',
    ['PW-01', 'a new password has at least 15 characters', '63B §3.1.1.2; ASVS 6.2.1 L1'],
    ['PW-02', 'a character is a code point', '63B §3.1.1.2'],
    ['PW-03', '64 characters and more are taken, of any script', '63B §3.1.1.2; ASVS 6.2.9 L2'],
    ['PW-04', 'every character and its case counts', '63B §3.1.1.2; ASVS 6.2.8 L1; CS-PwStorage'],
    ['PW-05', 'what is too long is refused before it is hashed', 'CS-Authn; CS-REST'],
    ['PW-06', 'NUL and control characters make no two passwords one', 'CS-PwStorage'],
    ['PW-07', 'composed and decomposed spellings are one password', '63B §3.1.1.2; ASVS 6.2.8 L1'],
    ['PW-08', 'no composition rules: spaces and any script are fine', '63B §3.1.1.2; ASVS 6.2.5 L1'],
    [
      'PW-09',
      'common passwords and one’s own words are refused, with the reason',
      '63B §3.1.1.2; ASVS 6.2.4 L1, 6.2.11 L2, 6.1.2',
    ],
    ['PW-10', 'a password does not age', '63B §3.1.1.2; ASVS 6.2.10 L2'],
    ['PW-11', 'there are no hints and no security questions', '63B §3.1.1.2; ASVS 6.4.2 L1'],
    ['PW-12', 'changing it takes the current one', 'ASVS 6.2.2 L1, 6.2.3 L1; CS-Authn'],
    ['PW-13', 'changing it ends all other sessions', 'ASVS 7.4.3 L2; CS-ForgotPassword'],
    ['PW-14', 'stored as salted bcrypt of cost 10 or more', 'ASVS 11.4.2 L2; CS-PwStorage'],
    ['PW-15', 'a login brings an older hash to the present form', 'CS-PwStorage'],
    ['PW-16', 'a stored hash that is none refuses like a wrong password', 'ASVS 16.5.3 L2'],
    ['PW-17', 'nobody is there before somebody is created', 'ASVS 6.3.2 L1'],
    [
      'PW-18',
      'a first password is for one use and expires',
      'ASVS 6.4.1 L1, 6.4.6 L3',
      'no mail is sent, so there are no secrets for one use: an administrator or the command line gives the first password, and it lasts until it is changed; docs/security.md does not claim these two',
    ],
    [
      'PW-19',
      'a reset link works once and not for long',
      'CS-ForgotPassword; ASVS 6.4.3',
      'there is no reset flow and no route for a forgotten password: an administrator sets a new one',
    ],
    ['PW-20', 'the pepper is outside the tables and can be replaced', '63B §3.1.1.2; CS-PwStorage; ASVS 13.3.1'],
  ),
  section(
    'Sessions: time, logout, revocation',
    ['LC-01', 'a session ends however busy it is', '63B §2.1.3; ASVS 7.3.2 L2, 7.1.1 L2'],
    ['LC-02', 'an idle session ends, at the very second', '63B §2.1.3; ASVS 7.3.1 L2'],
    ['LC-03', 'an expired row is refused while it is still in the table', 'AWS, TTL; GHSA-w9fp-wv6g-pqv8'],
    ['LC-04', 'renewal never moves the absolute end', 'CVE-2024-35220'],
    ['LC-05', 'renewal brings no deleted session back', 'AWS, UpdateItem; Django'],
    ['LC-06', 'logout deletes the row, and the very next request is refused', 'ASVS 7.4.1 L1; CVE-2024-31999'],
    ['LC-07', 'an ending succeeds only where it is known to have happened', 'AWS, errors of writes'],
    ['LC-08', 'a check reads strongly consistent', 'AWS, read consistency; ASVS 8.3.2 L3'],
    ['LC-09', 'no gateway keeps an authorizer’s answer', 'AWS, API_Authorizer'],
    ['LC-10', 'a cached answer holds for what its own route asks', 'AWS, authorizer caching; CVE-2021-32701'],
    ['LC-11', 'an administrator ends one session, or all of a user', 'ASVS 7.4.5 L2'],
    [
      'LC-12',
      'disabling and deleting a user ends all sessions and refuses the next login',
      'ASVS 7.4.2 L1; CVE-2025-3930',
    ],
    ['LC-13', 'one lists and ends one’s own sessions by handles that are no credentials', 'ASVS 7.5.2 L2; CS-Session'],
    ['LC-14', 'ending all asks the base table, no index', 'AWS, indexes'],
    ['LC-15', 'ending all goes on over pages and unprocessed items, or fails', 'AWS, batch operations'],
    ['LC-16', 'no login that races an ending of all survives it', 'ASVS 15.4.2 L3, 2.3.3 L2'],
    ['LC-17', 'a user has so many sessions and no more, also at once', 'ASVS 7.1.2 L2; CS-Session'],
    ['LC-18', 'signing in as somebody else starts a session of their own', 'GHSA-c9h6-v78w-52wj'],
    [
      'LC-19',
      'what changes an account for good needs a recent sign-in or the password',
      'ASVS 7.5.1 L2, 7.5.3 L3; CS-Authn',
    ],
    ['LC-20', 'logout has the browser clear what it keeps', 'ASVS 14.3.1 L1; Clear-Site-Data'],
    ['LC-21', 'nobody ends another’s session by naming it', 'CVE-2025-71402'],
    ['LC-22', 'clocks minutes apart neither revive nor kill a session', 'our fault plan'],
    [
      'LC-23',
      'the old id dies soon after a renewal of it',
      'CS-Session',
      'there is no period of grace: no token is renewed in place, and a session that is replaced is deleted before the answer',
    ],
  ),
  section(
    'Authorization',
    ['AZ-01', 'every route refuses whoever is not let in by name', 'ASVS 8.2.1 L1, 8.1.1; CS-REST'],
    ['AZ-02', 'another’s session answers like one that is not there', 'ASVS 8.2.2 L1'],
    ['AZ-03', 'who acts is what the session says and nothing else', 'ASVS 8.3.1 L1, 15.3.3 L2; CVE-2025-61928'],
    ['AZ-04', 'a scope taken away is gone for the next request', 'ASVS 8.3.2 L3; CVE-2024-45042'],
    ['AZ-05', 'scopes are compared exactly', 'ASVS 15.3.5 L2'],
    ['AZ-06', 'a login can ask for less than one holds, never for more', 'ASVS 8.2.1 L1'],
    ['AZ-07', 'no spelling of a path leads around a guard', 'CVE-2025-71399'],
    ['AZ-08', 'a handler behind the authorizer trusts the gateway’s context alone', 'ASVS 8.3.1 L1, 4.1.3 L2'],
    ['AZ-09', 'a function’s role lets it do what it does', 'CS-ServerlessFaaS; ASVS 13.2.2 L2'],
    ['AZ-10', 'administration that changes users needs a recent sign-in', 'ASVS 8.4.2 L3; CS-REST'],
    ['AZ-11', 'tenants are apart', 'ASVS 8.4.1 L2', 'there are no tenants: a stack is one'],
  ),
  section(
    'Throttling and what an answer gives away',
    ['TH-01', 'an account gets fewer than 100 failures in a row', '63B §3.2.2; ASVS 6.1.1 L1, 6.3.1 L1'],
    ['TH-02', 'the wait grows, and no lock is for ever', '63B §3.2.2; CS-Authn'],
    ['TH-03', 'both accounts and sources are counted', 'CS-Authn; CS-CredentialStuffing'],
    ['TH-04', 'a burst gets no more verifications than there are', 'CVE-2024-4629'],
    ['TH-05', 'counters outlive processes, and nobody’s fill evicts another’s', 'GHSA-2vgg-9h6w-m454'],
    ['TH-06', 'success clears the count; a locked account tells nobody a right password', '63B §3.2.2; CS-Authn'],
    ['TH-07', 'a stranger’s guesses do not shut out who is signed in', 'ASVS 6.1.1 L1'],
    ['TH-08', 'the source is what the gateway says, not a header', 'ASVS 15.3.4 L2'],
    ['TH-09', 'without counters nobody signs in', 'ASVS 16.5.3 L2'],
    ['TH-10', 'unknown, wrong, disabled and without a password are one answer', 'ASVS 6.3.8 L3; CS-Authn'],
    ['TH-11', 'and take the same calls and the same time', 'ASVS 6.3.8 L3; CVE-2024-39329'],
    ['TH-12', 'exactly one verification an attempt', 'Django; CVE-2024-39329'],
    [
      'TH-13',
      'registration and a forgotten password give no account away',
      'ASVS 6.3.8 L3',
      'there is no route for a forgotten password; an open registration says that an email is taken (409), is throttled for each source, and is closed by default where deployed',
    ],
    ['TH-14', 'no flood of logins takes the processor from checks', 'ASVS 15.1.3 L2, 15.2.2 L2, 2.4.1 L2'],
  ),
  section(
    'Cryptography',
    ['CR-01', 'SHA-256 or better, no MD5 and no SHA-1', 'ASVS 11.4.1 L1'],
    ['CR-02', 'secrets are compared in constant time', 'ASVS 11.2.4 L3'],
    ['CR-03', 'ids and secrets are random, also under load', 'ASVS 11.5.2 L3'],
    ['CR-04', 'a deployed stage talks to DynamoDB over TLS alone', 'ASVS 12.3.1 L2'],
  ),
  section(
    'Logging',
    ['LG-01', 'no password, token, cookie or pepper is ever printed', 'ASVS 16.2.5 L2; CS-Logging; CVE-2022-31186'],
    [
      'LG-02',
      'a session is named by a keyed hash of its id',
      'CS-Session',
      'the session id is a public handle by design and no credential (docs/decisions/001): it is logged as it is',
    ],
    ['LG-03', 'what matters has an event of its own', 'ASVS 16.3.1–16.3.4 L2; CS-LoggingVocabulary'],
    ['LG-04', 'an event says who, what, where and when', 'ASVS 16.2.1 L2, 16.2.2 L2'],
    ['LG-05', 'nobody writes a line of the log by what they send', 'ASVS 16.4.1 L2; CVE-2023-6484'],
    ['LG-06', 'no email is logged: people type passwords there', 'CS-Logging'],
    ['LG-07', 'whatever is thrown is caught, logged and a bare 500', 'ASVS 16.5.4 L3'],
    ['LG-08', 'there is a page of all events', 'ASVS 16.1.1 L2'],
  ),
  section(
    'Resilience',
    ['RS-01', 'a silent datastore holds nobody', 'ASVS 13.1.3 L3, 13.2.6 L3'],
    ['RS-02', 'three attempts, and an end before the gateway’s', 'AWS, quotas'],
    ['RS-03', 'no failure lets anybody in', 'ASVS 16.5.3 L2'],
    ['RS-04', 'an answer that is not DynamoDB’s is a failure like any other', 'AWS SDK, measured'],
    ['RS-05', 'what is interrupted half-way is safe, and is finished', 'ASVS 2.3.3 L2'],
    ['RS-06', 'missing rights, tables and credentials fail, loudly', 'ASVS 16.5.3 L2'],
  ),
  section(
    'Process',
    ['SP-01', 'what runs is listed and pinned, with deadlines for fixes', 'ASVS 15.1.1 L1, 15.2.1 L1, 15.1.2 L2'],
    ['SP-02', 'nothing of tests and debugging is deployed', 'ASVS 15.2.3 L2, 13.4.2 L2'],
    ['SP-03', 'every way to authenticate is documented, and equally strong', 'ASVS 6.1.3 L2, 6.3.4 L2'],
    [
      'SP-04',
      'limits, times and rules are documented as they are',
      'ASVS 6.1.1 L1, 7.1.1 L2, 7.1.2 L2, 8.1.1, 13.1.2, 13.1.3 L3',
    ],
  ),
]

export const ROWS: readonly Row[] = SECTIONS.flatMap(({ rows }) => rows)
