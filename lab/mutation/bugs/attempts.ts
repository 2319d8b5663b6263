import { patch } from '../patch.ts'
import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inLogin = inFile('lib/accounts/login.ts')
const inAttemptStore = inFile('lib/dynamodb/attempt-store.ts')
const inAttempts = inFile('lib/throttling/attempts.ts')
const inAttemptRound = inFile('lib/throttling/attempt-round.ts')
const inSources = inFile('lib/throttling/sources.ts')

/** The counter of attempts is read, then written, in two calls. */
const UNGUARDED_ATTEMPTS = patch(
  'lib/dynamodb/attempt-store.ts',
  /const (?<answer>\w+) = await (?<send>\w+)\((?<client>\w+), (?<take>countInRound)\((?<key>\w+), (?<budget>\w+), (?<now>\w+)\), (?<deadline>\w+)\)(?<between>[\s\S]*?)await (?<read>\w+\(\w+\(\k<key>\), \k<deadline>\))/,
  `const before = Number((await $<read>)?.taken?.N ?? 0)
   if (before >= ($<budget>.limit ?? $<budget>.slots)) return { isGranted: false, left: 0, opensAt: $<now> + $<budget>.windowSeconds }
   const unguarded = $<take>($<key>, { ...$<budget>, slots: 1e9, limit: 1e9 }, $<now>)
   unguarded.input.UpdateExpression = unguarded.input.UpdateExpression.replace('if_not_exists(taken, :zero)', ':zero')
   unguarded.input.ExpressionAttributeValues[':zero'] = { N: String(before) }
   const $<answer> = await $<send>($<client>, unguarded, $<deadline>)$<between>await $<read>`,
)

export const ATTEMPTS: readonly SeededBug[] = [
  bug('I7', 'reserving an attempt has no condition on the budget', [
    inAttemptStore('(taken < :slots AND opensAt > :now)', '(taken < :slots AND opensAt > :now) OR taken >= :slots'),
  ]),
  bug('I7', 'beginning the next round overwrites a round begun meanwhile', [
    inAttemptStore("'opensAt = :seen AND taken = :seenTaken'", "'opensAt >= :seen OR taken = :seenTaken'"),
  ]),
  bug('I7', 'a wrong password gives the reserved attempt back', [
    inLogin('if (!user || reason) {', 'if (!user || reason) {\n    if (user) await attempt.release(deadline, log)'),
  ]),
  bug('I7', 'attempts are counted by a read and then a write', [UNGUARDED_ATTEMPTS], {
    id: 'M9',
    rules: ['atomicSlot'],
  }),
  bug(
    'I7',
    'a login reserves its attempt after the verification',
    [
      inLogin(
        /const (?<slot>\w+) = (?<take>await attempts\.\w+\([^)]*\))(?<between>[\s\S]*?)(?<verify>const \w+ = await hasher\.verify\([^)]*\))/,
        'let $<slot>$<between>$<verify>\n  $<slot> = $<take>',
      ),
    ],
    { rules: ['slotBeforeVerify'] },
  ),
  bug(
    'I7',
    'a reserved attempt whose write was reported failed is given back',
    [
      inAttemptStore(
        /(?<take>const (?<answer>\w+) = await \w+\(\w+, countInRound\((?<key>\w+), \w+, \w+\), (?<deadline>\w+))\)/,
        `$<take>, { once: true, singleAttempt: true }).catch(() => undefined)
       if (!$<answer>) await store.release($<key>, $<deadline>)
       if (!$<answer>) continue`,
      ),
    ],
    { rules: ['slotIsKept'] },
  ),

  // Only for some sources or rounds
  bug('I7', 'attempts of an IPv6 address are not counted for its /64', [
    inSources('networkOf(parsed.toString(), 64)', 'networkOf(parsed.toString(), 128)'),
  ]),
  bug('I7', 'registrations from IPv6 are not counted for the /48', [
    inAttempts(
      'limits.registrationsPerSource, sourcesOf(ip))',
      'limits.registrationsPerSource, sourcesOf(ip).slice(0, 1))',
    ),
  ]),
  bug('I7', 'the budget of a known source at an account does not limit it', [
    inAttempts("budget: perAccount, kind: 'account' },", "budget: perAccount, kind: 'account', isOptional: isKnown },"),
  ]),
  bug('I7', 'an IPv6 source is known to an account as its /48', [
    inAttempts("keyOf('mark', email, source.name)", "keyOf('mark', email, (sources.at(-1) ?? source).name)"),
  ]),
  bug('I7', 'a lockout is doubled once', [
    inAttemptRound(
      'last && last.expiresAt > now ?',
      'last && last.expiresAt > now && last.windowSeconds === budget.windowSeconds ?',
    ),
  ]),
  bug('I7', 'a login from IPv6 resets the counter of the /48', [
    inAttempts(
      'keys.filter((key) => key !== ownKey).map((key) => store.release(key, later))',
      'keys.filter((key) => key !== ownKey).map((key, index) => index === 0 ? store.release(key, later) : store.reset(key, later).then(() => {}))',
    ),
  ]),
]
