/** One requirement of the security checklist. */
export interface Row {
  readonly id: string
  readonly requirement: string
  readonly source: string
  /** `yes`, or the reason why it does not apply. */
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
    ['PW-02', 'the length of a password counts code points', '63B §3.1.1.2'],
    ['PW-03', 'passwords of 64 and more characters of any script are accepted', '63B §3.1.1.2; ASVS 6.2.9 L2'],
    ['PW-04', 'every character and its case counts', '63B §3.1.1.2; ASVS 6.2.8 L1; CS-PwStorage'],
    ['PW-05', 'a password that is too long is refused before it is hashed', 'CS-Authn; CS-REST'],
    ['PW-06', 'NUL and control characters never make two different passwords equal', 'CS-PwStorage'],
    ['PW-07', 'composed and decomposed spellings are the same password', '63B §3.1.1.2; ASVS 6.2.8 L1'],
    ['PW-08', 'there are no composition rules: spaces and any script are accepted', '63B §3.1.1.2; ASVS 6.2.5 L1'],
    [
      'PW-09',
      'common passwords and words of the account are refused, with the reason',
      '63B §3.1.1.2; ASVS 6.2.4 L1, 6.2.11 L2, 6.1.2',
    ],
    ['PW-10', 'passwords do not expire', '63B §3.1.1.2; ASVS 6.2.10 L2'],
    ['PW-11', 'there are no password hints and no security questions', '63B §3.1.1.2; ASVS 6.4.2 L1'],
    ['PW-12', 'a password change requires the current password', 'ASVS 6.2.2 L1, 6.2.3 L1; CS-Authn'],
    ['PW-13', 'a password change revokes all other sessions', 'ASVS 7.4.3 L2; CS-ForgotPassword'],
    ['PW-14', 'passwords are stored as salted bcrypt hashes of cost 10 or more', 'ASVS 11.4.2 L2; CS-PwStorage'],
    ['PW-15', 'a login replaces an outdated hash by one of the present cost and pepper', 'CS-PwStorage'],
    ['PW-16', 'a malformed stored hash is refused like a wrong password', 'ASVS 16.5.3 L2'],
    ['PW-17', 'there are no default accounts', 'ASVS 6.3.2 L1'],
    [
      'PW-18',
      'an initial password is for one use and expires',
      'ASVS 6.4.1 L1, 6.4.6 L3',
      'no mail is sent, so there are no one-time secrets: an administrator or the command line sets the first password, which is valid until it is changed; docs/security.md does not claim these two requirements',
    ],
    [
      'PW-19',
      'a reset link works once and for a short time',
      'CS-ForgotPassword; ASVS 6.4.3',
      'there is no reset flow and no route for password recovery: an administrator sets a new password',
    ],
    ['PW-20', 'the pepper is stored outside the tables and can be replaced', '63B §3.1.1.2; CS-PwStorage; ASVS 13.3.1'],
  ),
  section(
    'Sessions: time, logout, revocation',
    ['LC-01', 'a session expires at its absolute timeout, however active it is', '63B §2.1.3; ASVS 7.3.2 L2, 7.1.1 L2'],
    ['LC-02', 'a session expires at its idle timeout, to the second', '63B §2.1.3; ASVS 7.3.1 L2'],
    ['LC-03', 'an expired row is refused while it is still in the table', 'AWS, TTL; GHSA-w9fp-wv6g-pqv8'],
    ['LC-04', 'renewal never moves the absolute timeout', 'CVE-2024-35220'],
    ['LC-05', 'renewal never restores a deleted session', 'AWS, UpdateItem; Django'],
    ['LC-06', 'logout deletes the row, and the very next request is refused', 'ASVS 7.4.1 L1; CVE-2024-31999'],
    ['LC-07', 'a revocation succeeds only if it is known to have been applied', 'AWS, errors of writes'],
    ['LC-08', 'a check is a strongly consistent read', 'AWS, read consistency; ASVS 8.3.2 L3'],
    ['LC-09', 'API Gateway does not cache the authorizer’s results', 'AWS, API_Authorizer'],
    ['LC-10', 'a cached result allows only what its own route requires', 'AWS, authorizer caching; CVE-2021-32701'],
    ['LC-11', 'an administrator can revoke one session or all sessions of a user', 'ASVS 7.4.5 L2'],
    [
      'LC-12',
      'disabling or deleting a user revokes all sessions and refuses the next login',
      'ASVS 7.4.2 L1; CVE-2025-3930',
    ],
    ['LC-13', 'users list and revoke their own sessions by ids that are not credentials', 'ASVS 7.5.2 L2; CS-Session'],
    ['LC-14', 'revoking all sessions reads the base table, not an index', 'AWS, indexes'],
    ['LC-15', 'revoking all sessions continues over pages and unprocessed items, or fails', 'AWS, batch operations'],
    ['LC-16', 'no session of a login that races a revocation of all sessions survives it', 'ASVS 15.4.2 L3, 2.3.3 L2'],
    ['LC-17', 'the number of sessions per user is limited, also for parallel logins', 'ASVS 7.1.2 L2; CS-Session'],
    ['LC-18', 'a login as a different user starts a new session', 'GHSA-c9h6-v78w-52wj'],
    ['LC-19', 'changes to an account require a recent sign-in or the password', 'ASVS 7.5.1 L2, 7.5.3 L3; CS-Authn'],
    [
      'LC-20',
      'logout can make the browser delete the data that pages of the origin have stored',
      'ASVS 14.3.1 L1; Clear-Site-Data',
    ],
    ['LC-21', 'a session cannot be revoked by another user who knows its id', 'CVE-2025-71402'],
    ['LC-22', 'clocks that differ by minutes neither restore nor expire a session', 'our fault plan'],
    [
      'LC-23',
      'the old id becomes invalid soon after a renewal',
      'CS-Session',
      'there is no grace period: no token is renewed in place, and a replaced session is deleted before the response',
    ],
  ),
  section(
    'Authorization',
    ['AZ-01', 'every route refuses requests that are not allowed explicitly', 'ASVS 8.2.1 L1, 8.1.1; CS-REST'],
    ['AZ-02', 'another user’s session is answered like one that does not exist', 'ASVS 8.2.2 L1'],
    ['AZ-03', 'the acting user is taken from the session alone', 'ASVS 8.3.1 L1, 15.3.3 L2; CVE-2025-61928'],
    ['AZ-04', 'a removed scope is refused on the next request', 'ASVS 8.3.2 L3; CVE-2024-45042'],
    ['AZ-05', 'scopes are compared exactly', 'ASVS 15.3.5 L2'],
    ['AZ-06', 'a login can request fewer scopes than the user has, never more', 'ASVS 8.2.1 L1'],
    ['AZ-07', 'no spelling of a path bypasses a check', 'CVE-2025-71399'],
    ['AZ-08', 'a handler behind the authorizer trusts only the gateway’s context', 'ASVS 8.3.1 L1, 4.1.3 L2'],
    ['AZ-09', 'a function’s role allows only the calls that it makes', 'CS-ServerlessFaaS; ASVS 13.2.2 L2'],
    ['AZ-10', 'administration that changes users needs a recent sign-in', 'ASVS 8.4.2 L3; CS-REST'],
    ['AZ-11', 'tenants are separated', 'ASVS 8.4.1 L2', 'there are no tenants: deploy one stack per tenant'],
  ),
  section(
    'Throttling and what an answer gives away',
    ['TH-01', 'an account allows fewer than 100 consecutive failures', '63B §3.2.2; ASVS 6.1.1 L1, 6.3.1 L1'],
    ['TH-02', 'the wait grows, and no lockout is permanent', '63B §3.2.2; CS-Authn'],
    ['TH-03', 'attempts are counted per account and per source', 'CS-Authn; CS-CredentialStuffing'],
    ['TH-04', 'parallel attempts get no more verifications than the limit allows', 'CVE-2024-4629'],
    ['TH-05', 'counters survive a restart, and filling one never evicts another', 'GHSA-2vgg-9h6w-m454'],
    [
      'TH-06',
      'a success resets the counter; a locked account never reveals whether a password is right',
      '63B §3.2.2; CS-Authn',
    ],
    ['TH-07', 'a stranger’s attempts do not lock out a user who is signed in', 'ASVS 6.1.1 L1'],
    ['TH-08', 'the source is the address that the gateway reports, not a header', 'ASVS 15.3.4 L2'],
    ['TH-09', 'if attempts cannot be counted, no password is verified', 'ASVS 16.5.3 L2'],
    [
      'TH-10',
      'unknown email, wrong password, disabled user and no password get the same response',
      'ASVS 6.3.8 L3; CS-Authn',
    ],
    ['TH-11', 'these four take the same datastore calls and the same time', 'ASVS 6.3.8 L3; CVE-2024-39329'],
    [
      'TH-12',
      'each attempt makes exactly one verification, two if the password is not in NFC',
      'Django; CVE-2024-39329',
    ],
    [
      'TH-13',
      'registration and password recovery do not reveal accounts',
      'ASVS 6.3.8 L3',
      'there is no route for password recovery; an open registration responds 409 for a taken email, is rate-limited per source, and is closed by default in deployed stages',
    ],
    ['TH-14', 'a burst of logins does not delay checks', 'ASVS 15.1.3 L2, 15.2.2 L2, 2.4.1 L2'],
  ),
  section(
    'Cryptography',
    [
      'CR-01',
      'hash functions are SHA-256 or stronger, never MD5; SHA-1 only where others prescribe it: the HMAC of authenticator apps, the lists of breached passwords',
      'ASVS 11.4.1 L1',
    ],
    ['CR-02', 'secrets are compared in constant time', 'ASVS 11.2.4 L3'],
    ['CR-03', 'ids and secrets are random, also under load', 'ASVS 11.5.2 L3'],
    ['CR-04', 'a deployed stage connects to DynamoDB only over TLS', 'ASVS 12.3.1 L2'],
  ),
  section(
    'Logging',
    ['LG-01', 'passwords, tokens, cookies and peppers are never printed', 'ASVS 16.2.5 L2; CS-Logging; CVE-2022-31186'],
    [
      'LG-02',
      'a session is logged as a keyed hash of its id',
      'CS-Session',
      'the session id is a public handle by design and not a credential (docs/decisions/001): it is logged in clear text',
    ],
    [
      'LG-03',
      'each security-relevant action has an audit event of its own',
      'ASVS 16.3.1–16.3.4 L2; CS-LoggingVocabulary',
    ],
    ['LG-04', 'an event says who, what, where and when', 'ASVS 16.2.1 L2, 16.2.2 L2'],
    ['LG-05', 'no input can start a line of the log', 'ASVS 16.4.1 L2; CVE-2023-6484'],
    ['LG-06', 'emails are never logged in clear text, because people type passwords there', 'CS-Logging'],
    ['LG-07', 'every error is caught, logged and answered with a bare 500', 'ASVS 16.5.4 L3'],
    ['LG-08', 'all audit events are documented', 'ASVS 16.1.1 L2'],
  ),
  section(
    'Resilience',
    [
      'RS-01',
      'a datastore that does not respond delays a request only up to its deadline',
      'ASVS 13.1.3 L3, 13.2.6 L3',
    ],
    ['RS-02', 'at most three attempts per call, which end before the gateway’s timeout', 'AWS, quotas'],
    ['RS-03', 'no failure admits a request', 'ASVS 16.5.3 L2'],
    ['RS-04', 'a response that is not DynamoDB’s counts as a failure', 'AWS SDK, measured'],
    ['RS-05', 'an interrupted operation leaves a safe state, and is completed later', 'ASVS 2.3.3 L2'],
    ['RS-06', 'missing permissions, tables and credentials fail and are logged with their cause', 'ASVS 16.5.3 L2'],
  ),
  section(
    'Process',
    [
      'SP-01',
      'all packages that run are listed and pinned, and fixes have deadlines',
      'ASVS 15.1.1 L1, 15.2.1 L1, 15.1.2 L2',
    ],
    ['SP-02', 'test and debugging code is not deployed', 'ASVS 15.2.3 L2, 13.4.2 L2'],
    ['SP-03', 'every way to authenticate is documented, and equally strong', 'ASVS 6.1.3 L2, 6.3.4 L2'],
    [
      'SP-04',
      'limits, timeouts and rules are documented with their actual values',
      'ASVS 6.1.1 L1, 7.1.1 L2, 7.1.2 L2, 8.1.1, 13.1.2, 13.1.3 L3',
    ],
  ),
]

export const ROWS: readonly Row[] = SECTIONS.flatMap(({ rows }) => rows)
