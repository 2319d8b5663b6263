import { forTheLog, type Survivor } from '../survivor.ts'

export const DOMAIN_SURVIVORS: readonly Survivor[] = [
  // attempts
  ...['log', 'account', 'known', 'reauthentication', 'mark', 'source', 'registration'].map((kind) => ({
    file: 'lib/throttling/attempts.ts',
    code: `'${kind}'`,
    becomes: '""',
    reason: 'The name of a kind of key need only be another than the others’.',
  })),
  {
    file: 'lib/throttling/attempts.ts',
    code: '[]',
    within: 'isFresh ?',
    reason: 'A list of writes to wait for: waiting for what is none does nothing.',
  },
  // config
  {
    file: 'lib/config.ts',
    code: '/[\\s,]+/',
    becomes: '/[\\s,]/',
    reason: 'More, and empty, entries: those are left out by the same line.',
  },
  {
    file: 'lib/config.ts',
    code: "''",
    within: 'CLIENT_IP_HEADER',
    reason: 'A header without a secret is refused, and a secret without a header too.',
  },
  {
    file: 'lib/config.ts',
    code: 'proxySecret && proxyHeader',
    reason: 'One without the other is a problem, and a configuration with a problem is thrown.',
  },
  ...forTheLog('lib/deadline.ts', 'the time for this request is used up', 'the datastore did not answer in time'),
  ...forTheLog('lib/accounts/revocations.ts', 'more sessions than the cap began at this moment'),
  ...forTheLog('lib/accounts/login.ts', 'more sessions than the cap began at this moment'),
  // log
  ...['{ return false // a proxy that refuses to say }', '{ return undefined }'].map((code) => ({
    file: 'lib/log.ts',
    code,
    becomes: '{}',
    reason: 'A function without a return gives nothing, which is no more true than false.',
  })),
  // login
  {
    file: 'lib/accounts/login.ts',
    code: "''",
    within: "reason ?? ''",
    reason: 'Without a user there always is a reason: for the compiler.',
  },
  {
    file: 'lib/accounts/login.ts',
    code: "''",
    within: "passwordHash = ''",
    reason: 'Who has just been verified has a hash: for the compiler.',
  },
  {
    file: 'lib/passwords/password-rules.ts',
    code: "' '",
    within: 'BLOCKLIST.split',
    reason:
      'Read once a process, so that Stryker plays the first test that comes there alone; “PW-09 refused as common” fails.',
  },
  {
    file: 'lib/accounts/login.ts',
    code: '() => sleep(1000)',
    reason: 'How long a second try waits: no test measures time.',
  },
  ...['(signal) => sleep(PAUSE_MS * tries, undefined, { signal })', 'PAUSE_MS * tries', '{ signal }'].map((code) => ({
    file: 'lib/sessions/create-session.ts',
    code,
    reason: 'How long a second try waits: no test measures time.',
  })),
  // own-words
  {
    file: 'lib/passwords/own-words.ts',
    code: '/^[a-z]+:\\/\\//',
    reason: 'Of an origin, which the configuration has checked: it has one scheme, and it is in front.',
  },
  {
    file: 'lib/passwords/own-words.ts',
    code: '/:\\d+$/',
    reason: 'Of an origin, which the configuration has checked: it has one port, and it is the end.',
  },
  {
    file: 'lib/passwords/own-words.ts',
    code: 'at < within.length',
    becomes: 'at <= within.length',
    reason: 'Behind the end no word begins.',
  },
  {
    file: 'lib/passwords/own-words.ts',
    code: '/[\\p{P}…',
    becomes: '/[\\p{P}\\p{Z}\\p{Cc}\\p{Cf}\\p{Sm}\\p{Sc}\\p{Sk}]/gu',
    reason: 'What stands between words is taken out whether at once or one by one; empty words are left out.',
  },
  ...['/\\p{N}$/u', '/^\\p{N}/u'].map((becomes) => ({
    file: 'lib/passwords/own-words.ts',
    code: '/^\\p{N}$/u',
    becomes,
    reason: 'It is asked of one character.',
  })),
  // password
  {
    file: 'lib/passwords/password-hasher.ts',
    code: '/^hmac-sha384-bcrypt:(\\d{1,3}):(.+)$/s',
    becomes: '/^hmac-sha384-bcrypt:(\\d{1,3}):(.+)/s',
    reason: 'The dot takes all there is behind.',
  },
  {
    file: 'lib/passwords/password-hasher.ts',
    code: '[]',
    within: 'PEPPERED.exec',
    reason: 'The first entry of a match is skipped.',
  },
  {
    file: 'lib/passwords/password-hasher.ts',
    code: 'version === undefined',
    becomes: 'false',
    reason: 'There is no pepper of the version NaN either.',
  },
  {
    file: 'lib/passwords/password-hasher.ts',
    code: 'passwordHash === undefined',
    becomes: 'false',
    reason: 'The word “undefined” is no readable hash either.',
  },
  // sessions
  ...['lib/sessions/session-cap.ts', 'lib/sessions/sessions.ts'].map((file) => ({
    file,
    code: 'a.id < b.id',
    becomes: 'a.id <= b.id',
    reason: 'No two sessions of a user have one id.',
  })),
  {
    file: 'lib/throttling/sources.ts',
    code: "''",
    within: 'ip.split',
    reason: 'A text that is split has a first part: for the compiler.',
  },
  {
    file: 'lib/sessions/session-cap.ts',
    code: '[]',
    within: 'leaving',
    reason: 'No session has that for its id.',
  },
]
