import { Command, InvalidArgumentError } from 'commander'
import { DEFAULT_USAGE, problemOf, type Usage } from './usage.ts'

/** Everything that is said of a usage in one number. */
type Numbers = Omit<Usage, 'policy' | 'consistency'> & Usage['policy']
type NumberName = keyof Numbers

const WHOLE = true
const DEFAULTS: Numbers = { ...DEFAULT_USAGE, ...DEFAULT_USAGE.policy }

const NUMBERS: readonly [name: NumberName, flag: string, from: number, to: number, whole: boolean, words: string][] = [
  ['users', 'users', 1, 1e9, WHOLE, 'people who use it, every day'],
  ['requestsPerDay', 'requests-per-day', 1, 1e6, !WHOLE, 'requests of each a day'],
  ['activeHours', 'active-hours', 0.1, 23, !WHOLE, 'hours of the day within which they come, at random'],
  ['sessionsPerUser', 'sessions-per-user', 1, 20, WHOLE, 'places each is signed in at; the requests divide'],
  ['logoutsPerMonth', 'logouts', 0, 15, !WHOLE, 'logouts at each place a month'],
  ['abandonedPerMonth', 'abandoned', 0, 15, !WHOLE, 'sessions left behind at each place a month'],
  ['revocationsPerMonth', 'revocations', 0, 15, !WHOLE, 'sessions revoked at each place a month'],
  [
    'idleSeconds',
    'idle-seconds',
    172_800,
    34_560_000,
    WHOLE,
    'SESSION_IDLE_SECONDS; from two days up, to outlast nights',
  ],
  ['lifetimeSeconds', 'lifetime-seconds', 172_800, 34_560_000, WHOLE, 'SESSION_LIFETIME_SECONDS'],
  ['renewSeconds', 'renew-seconds', 60, 86_400, WHOLE, 'SESSION_RENEW_SECONDS'],
  ['maxStalenessSeconds', 'max-staleness', 0, 3600, WHOLE, 'maxStalenessSeconds of the middleware'],
  ['processes', 'processes', 1, 10_000, WHOLE, 'warm processes a session’s requests fall on, for --max-staleness'],
  ['ttlLagHours', 'ttl-lag-hours', 0, 240, !WHOLE, 'by when TTL has deleted an expired row'],
  ['authorizerTtlSeconds', 'authorizer-ttl', 0, 3600, WHOLE, 'cache of the authorizer that has one, in seconds'],
  ['jwtTtlSeconds', 'jwt-ttl', 300, 86_400, WHOLE, 'seconds an access token is good for: JWT, Cognito'],
  ['memoryMb', 'memory', 128, 10_240, WHOLE, 'memory of a function in MB'],
  ['checkMs', 'check-ms', 0, 1000, !WHOLE, 'what a check adds to a handler'],
  ['authorizerMs', 'authorizer-ms', 1, 1000, !WHOLE, 'an authorizer’s invocation with a read'],
  ['verifyMs', 'verify-ms', 1, 1000, !WHOLE, 'an authorizer’s invocation that verifies a JWT'],
  ['cacheMs', 'cache-ms', 0, 1000, !WHOLE, 'what a check in Valkey adds to a handler'],
  ['loginMs', 'login-ms', 1, 10_000, !WHOLE, 'a login’s invocation, bcrypt and all'],
]

export interface Asked {
  readonly usage: Usage
  /** Whether anything of it is not the default. */
  readonly isOwn: boolean
  readonly simulate: number | undefined
  readonly seed: number
  readonly days: number
  readonly threads: number | undefined
  readonly write: boolean
}

/** Reads the command line; whatever is wrong with it ends in one sentence. */
export function readOptions(args: readonly string[], command = new Command('npm run cost --')): Asked {
  command
    .description(
      'What a month of sessions costs on AWS, in reads, writes, storage and Lambda, beside the alternatives.',
    )
    .addHelpText(
      'after',
      '\nNumbers may be written as 1e6. Prices: lab/cost/prices.json. Exit code: 0, 1 when simulation and model disagree, 2 for wrong usage.',
    )
    .exitOverride()
  for (const [name, flag, from, to, whole, words] of NUMBERS)
    command.option(`--${flag} <n>`, words, numberFrom(from, to, whole), DEFAULTS[name])
  command
    .option('--consistency <which>', 'of a check’s read: strong or eventual', oneOf('strong', 'eventual'), 'strong')
    .option('--simulate [sessions]', 'plays so many sessions in use (1e6 when left out)', numberFrom(1e5, 1e9, WHOLE))
    .option('--seed <n>', 'of the simulation', numberFrom(0, 2 ** 31, WHOLE), 1)
    .option('--days <n>', 'measured in the simulation', numberFrom(1, 30, WHOLE), 7)
    .option('--threads <n>', 'of the simulation; as many as there are cores when left out', numberFrom(1, 64, WHOLE))
    .option('--write', 'writes docs/cost.md for the default usage')
    .parse([...args], { from: 'user' })

  const values = command.opts()
  const read = (flag: string) => values[flag.replace(/-(.)/g, (_, letter) => letter.toUpperCase())]
  const numbers = Object.fromEntries(NUMBERS.map(([name, flag]) => [name, read(flag)])) as unknown as Numbers
  const { idleSeconds, lifetimeSeconds, renewSeconds, ...others } = numbers
  const policy = { idleSeconds, lifetimeSeconds, renewSeconds }
  const usage: Usage = { ...others, policy, consistency: values.consistency }
  const isOwn = values.consistency !== 'strong' || NUMBERS.some(([name]) => numbers[name] !== DEFAULTS[name])
  const { seed, days, threads, write = false } = values
  const simulate = values.simulate === true ? 1e6 : values.simulate

  const problem = problemOf(usage)
  if (problem) command.error(`error: ${problem}`, { exitCode: 2 })
  if (write && isOwn) command.error('error: --write writes the page for the default usage: omit the usage options.')
  if (simulate !== undefined && usage.requestsPerDay < 4 * usage.sessionsPerUser)
    command.error('error: --simulate skips days, which takes 4 requests a day or more of each session: ask for more.')
  return { usage, isOwn, simulate, seed, days, threads, write }
}

function numberFrom(from: number, to: number, whole: boolean): (text: string) => number {
  return (text) => {
    const value = /^\d/.test(text) ? Number(text) : Number.NaN
    const fits = value >= from && value <= to && (!whole || Number.isSafeInteger(value))
    const [least, most] = [from, to].map((each) => each.toLocaleString('en'))
    if (!fits) throw new InvalidArgumentError(`Give a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
    return value
  }
}

function oneOf(...choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (!choices.includes(text)) throw new InvalidArgumentError(`Give ${choices.join(' or ')}.`)
    return text
  }
}
