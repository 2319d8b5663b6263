import { isAlive, type Mutant } from './report.ts'

/** A change of the code that no test notices, and why none has to. */
export interface Survivor {
  readonly file: string
  /** What the source says there, on one line; or the beginning of it, with `…`. */
  readonly code: string
  /** What else stands in the line it begins in. */
  readonly within?: string
  /** What it becomes; anything where it is left out. */
  readonly becomes?: string
  readonly reason: string
}

export const SURVIVORS: readonly Survivor[] = [
  // attempts
  ...['log', 'account', 'known', 'confirmation', 'mark', 'source', 'registration'].map((kind) => ({
    file: 'lib/attempts.ts',
    code: `'${kind}'`,
    becomes: '""',
    reason: 'The name of a kind of key need only be another than the others’.',
  })),
  {
    file: 'lib/attempts.ts',
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
  // for the log alone
  ...(
    [
      ['lib/deadline.ts', "'the time for this request is used up'"],
      ['lib/deadline.ts', "'the datastore did not answer in time'"],
      ['lib/end-of-sessions.ts', "'more sessions than the cap began at this moment'"],
      ['lib/login.ts', "'more sessions than the cap began at this moment'"],
    ] as const
  ).map(([file, code]) => ({
    file,
    code,
    becomes: '""',
    reason: 'Words for the log: whoever asked is told the same of every failure.',
  })),
  // log
  ...['{ return false // a proxy that refuses to say }', '{ return undefined }'].map((code) => ({
    file: 'lib/log.ts',
    code,
    becomes: '{}',
    reason: 'A function without a return gives nothing, which is no more true than false.',
  })),
  // login
  {
    file: 'lib/login.ts',
    code: "''",
    within: "reason ?? ''",
    reason: 'Without a user there always is a reason: for the compiler.',
  },
  {
    file: 'lib/login.ts',
    code: "''",
    within: "passwordHash = ''",
    reason: 'Who has just been verified has a hash: for the compiler.',
  },
  {
    file: 'lib/new-password.ts',
    code: "' '",
    within: 'BLOCKLIST.split',
    reason:
      'Read once a process, so that Stryker plays the first test that comes there alone; “PW-09 refused as common” fails.',
  },
  ...['(signal) => sleep(PAUSE_MS * tries, undefined, { signal })', 'PAUSE_MS * tries', '{ signal }'].map((code) => ({
    file: 'lib/new-session.ts',
    code,
    reason: 'How long a second try waits: no test measures time.',
  })),
  // own-words
  {
    file: 'lib/own-words.ts',
    code: '/^[a-z]+:\\/\\//',
    reason: 'Of an origin, which the configuration has checked: it has one scheme, and it is in front.',
  },
  {
    file: 'lib/own-words.ts',
    code: '/:\\d+$/',
    reason: 'Of an origin, which the configuration has checked: it has one port, and it is the end.',
  },
  {
    file: 'lib/own-words.ts',
    code: 'at < within.length',
    becomes: 'at <= within.length',
    reason: 'Behind the end no word begins.',
  },
  // password
  { file: 'lib/password.ts', code: '[]', within: 'PEPPERED.exec', reason: 'The first entry of a match is skipped.' },
  {
    file: 'lib/password.ts',
    code: 'version === undefined',
    becomes: 'false',
    reason: 'There is no pepper of the version NaN either.',
  },
  {
    file: 'lib/password.ts',
    code: 'passwordHash === undefined',
    becomes: 'false',
    reason: 'The word “undefined” is no readable hash either.',
  },
  // sessions
  ...['lib/session-cap.ts', 'lib/sessions.ts'].map((file) => ({
    file,
    code: 'a.id < b.id',
    becomes: 'a.id <= b.id',
    reason: 'No two sessions of a user have one id.',
  })),
  {
    file: 'lib/source.ts',
    code: "''",
    within: 'ip.split',
    reason: 'A text that is split has a first part: for the compiler.',
  },
  // doors
  {
    file: 'lib/http/authorizer-context.ts',
    code: 'context !== null',
    becomes: 'true',
    reason: 'What is null has been taken for the authorizer’s own object two lines before.',
  },
  ...(
    [
      ['lib/http/problem-entry.ts', 'default: return undefined'],
      ['lib/http/problem.ts', 'default: return {}'],
    ] as const
  ).map(([file, code]) => ({ file, code, reason: 'Nothing is returned there either, and nothing is added of it.' })),
  {
    file: 'lib/http/problem.ts',
    code: "error.code === 'password_rejected'",
    becomes: 'true',
    reason: 'No other refusal has a rule, and JSON leaves out what is undefined.',
  },
  {
    file: 'lib/http/cors.ts',
    code: 'origin !== undefined',
    becomes: 'true',
    reason: 'Undefined is in no list of trusted origins: for the compiler.',
  },
  {
    file: 'lib/http/same-origin.ts',
    code: 'origin === undefined',
    becomes: 'false',
    reason: 'Undefined is neither ours nor trusted: for the compiler.',
  },
  {
    file: 'lib/http/client-ip.ts',
    code: '/^(.+):\\d{1,5}$/',
    becomes: '/(.+):\\d{1,5}$/',
    reason: 'The dot takes all there is in front.',
  },
  ...['[]', "''"].map((code) => ({
    file: 'lib/http/client-ip.ts',
    code,
    reason: 'What stands in for no match is no address either.',
  })),
  ...(
    [
      ['lib/http/client-ip.ts', 'request.header(proxy.header)?.split(…'],
      ['lib/http/request.ts', "header('x-forwarded-for')?.split(…"],
      ['middleware/form-body.ts', "readRequest(event).header('content-type')?.split(…"],
    ] as const
  ).map(([file, code]) => ({
    file,
    code,
    reason: 'A text that is split has a first part and a last: for the compiler.',
  })),
  ...['event?.version', '[]', "typeof methodArn === 'string'"].map((code) => ({
    file: 'middleware/authorizer.ts',
    code,
    reason: 'What is no event, or names no ARN, has been refused, or matches none: for whoever calls it without types.',
  })),
  ...(
    [
      ['middleware/authorizer.ts', "'gateway'"],
      ['middleware/require-session.ts', "'request'"],
    ] as const
  ).map(([file, code]) => ({ file, code, becomes: '""', reason: 'The default is whatever is not the other choice.' })),
  {
    file: 'middleware/form-body.ts',
    code: 'value !== undefined',
    becomes: 'true',
    reason: 'Where there is one value, it is a value: for the compiler.',
  },
  {
    file: 'middleware/json-body.ts',
    code: "''",
    within: "header('content-type')",
    reason: 'What stands in for no type is no type of ours either.',
  },
  {
    file: 'middleware/json-body.ts',
    code: 'parser.before?.(request as never)',
    reason: 'The parser has the method: for the compiler.',
  },
  {
    file: 'middleware/json-body.ts',
    code: "'another value'",
    reason: 'Every issue of the schemas here says what it expected: for the compiler.',
  },
  {
    file: 'lib/http/authorizer-context.ts',
    code: "'the authorizer could not reach the datastore'",
    reason: 'Words for the log: whoever asked is told the same of every failure.',
  },
]

const matches = ({ file, code, within = '', becomes }: Survivor, mutant: Mutant) =>
  mutant.file === file &&
  mutant.text.includes(within) &&
  (code.endsWith('…') ? mutant.original.startsWith(code.slice(0, -1)) : mutant.original === code) &&
  (becomes === undefined || mutant.replacement === becomes)

export interface Judgement {
  readonly reasons: ReadonlyMap<Mutant, string>
  readonly unlisted: readonly Mutant[]
  readonly stale: readonly Survivor[]
}

/** The survivors with their reasons, those that have none, and what is listed though nothing of it survives. */
export function judge(mutants: readonly Mutant[], survivors = SURVIVORS): Judgement {
  const reasons = new Map<Mutant, string>()
  const used = new Set<Survivor>()
  for (const mutant of mutants.filter(isAlive))
    for (const survivor of survivors)
      if (matches(survivor, mutant)) {
        reasons.set(mutant, survivor.reason)
        used.add(survivor)
      }
  return {
    reasons,
    unlisted: mutants.filter((mutant) => isAlive(mutant) && !reasons.has(mutant)),
    stale: survivors.filter((survivor) => !used.has(survivor)),
  }
}
