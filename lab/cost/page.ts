import { markdownTable } from '../shared/table.ts'
import { alternatives, bill } from './alternatives.ts'
import { LOGIN, LOGOUT, REVOKE, unitsOf } from './calls.ts'
import { perMillionChart } from './chart.ts'
import { monthOf } from './month.ts'
import { simulationSection } from './page-simulation.ts'
import { PRICES, REGION } from './prices.ts'
import type { Recorded } from './recorded.ts'
import { breakdown, sideBySide, type Table } from './report.ts'
import {
  FAILURE_ACTIVITY_BYTES,
  LOGIN_ACTIVITY_BYTES,
  ROW_OVERHEAD,
  SESSION_BYTES,
  STORED_USER_BYTES,
  TIMEOUT_ACTIVITY_BYTES,
} from './row-size.ts'
import { byPace, byStaleness, byUsers } from './sensitivity.ts'
import { DEFAULT_USAGE, LOGIN_MEMORY_MB, pace } from './usage.ts'
import { delay, dollars, quantity, whole } from './words.ts'

const markdown = ({ head, rows, texts }: Table) => markdownTable(head, rows, texts)

/** docs/cost.md, of the default usage. */
export function costPage(recorded: Recorded): string {
  const usage = DEFAULT_USAGE
  const month = monthOf(usage)
  const all = alternatives(usage)
  const [inHandler] = all
  const ours = inHandler ? bill(inHandler, month).perMillion : 0
  return `# What it costs

Written by \`npm run cost -- --write\`; \`lab/cost/tests/cost-page.test.ts\` compares. The same for other users than these, in the terminal: \`npm run cost -- --users 1e5 --requests-per-day 50\`; \`npm run cost -- --help\` has the rest. Prices are those of ${REGION} and [below](#prices), with the date of each; nothing here has been measured on AWS.

## Side by side

${whole(usage.users)} users, ${usage.requestsPerDay} requests a day of each, within ${usage.activeHours} hours: ${quantity(month.checks)} checks a month. Signing in and out, renewals and refreshes, storage and the time in functions are in. The fee of the guarded API (${firstOf('httpApiRequests')} dollar a million for an HTTP API, ${firstOf('restApiRequests')} for a REST API) and the handlers' own work are the same for all, and in none.

${markdown(sideBySide(usage))}

${all
  .filter(({ but }) => but !== '–')
  .map(({ name, but }) => `- ${name}: ${but}.`)
  .join('\n')}

At this scale Valkey and a native JWT authorizer are far cheaper than a read from DynamoDB. What Coatcheck's ${dollars(ours)} dollars a million checks buy is a revoke that the very next request meets, from a table that is durable, has no least charge and asks for no network of one's own.

${perMillionChart(usage)}

US dollars a month, by number of users:

${markdown(byUsers(usage))}

Cognito is free up to 10,000 users. Valkey has a minimum charge, so it is expensive for few users.

## Where Coatcheck's dollars go

${inHandler ? `${inHandler.name}:\n\n${markdown(breakdown(inHandler.lines))}` : ''}

A session row of ordinary use has ${SESSION_BYTES} bytes by DynamoDB's rules, a browser's user agent and two scopes in it: one unit to read, one to write, and ${ROW_OVERHEAD} bytes more to store. A login is ${inWords(LOGIN)}, a logout ${inWords(LOGOUT)}, a revoke by an administrator ${inWords(REVOKE)}, as \`tests/routes/calls.test.ts\` counts them on the wire. TTL's deletes are free.

## Activity

[Activity](activity.md) is in none of the figures above. What a login or a failed login does is one item, written to the table and to its index: two write units, beside the units of the login itself. A page of one's own activity is two Queries, half a unit for 4 KB each. A session that times out is recorded by \`finish-sweeps\`, which reads its user first; a lockout is part of the item of the failed login. With \`ACTIVITY_DAYS=0\` nothing is written.

${activityTable()}

A million of each. Stored: both copies with ${ROW_OVERHEAD} bytes more, for ${ACTIVITY_DAYS} days. A throttled login writes nothing; of a source and of an account no more failed logins can be written than are verified.

## Logs, metrics and events

In none of the figures above either; [metrics.md](metrics.md#cost) and [events.md](events.md#what-it-costs) count them. A million of each:

| | logs, USD | metrics, USD | events, USD |
| --- | --- | --- | --- |
| off | 0 (\`LOG_LEVEL=error\`) | 0 (\`METRICS=off\`) | 0 (no \`eventsBus\`) |
| checks | 0 | 0.01; 0.33 with \`METRICS=requests\` | 0 |
| logins | 0.46 | 0.42 | 1.00 |

A logout's event costs 1.38 with the reads that find its reason.

## What decides

**How often a session is asked for.** A renewal is written at most once in ${usage.policy.renewSeconds} seconds, and only when a request comes. Checks that come close together share one; checks that are rarer than that pay one each, and a write costs five reads.

${markdown(byPace(usage))}

**How long a check may be reused.** \`maxStalenessSeconds\`, which is 0 unless you say otherwise, lets one process answer from what it has read, and its value is the revocation delay. It saves only where requests of one session meet the same process again in that time; here a session has one request in ${delay(Math.round(1 / pace(usage).perSecond))}, and each falls on one of so many warm processes:

${markdown(byStaleness(usage))}

Eventually consistent reads (\`consistency: 'eventual'\`) halve the price of reads, for a revoke that may be missed for about a second: \`npm run cost -- --consistency eventual\`.

## What is taken for granted

- Every user is there every day; what is said of a user holds for all. A place where a user is signed in sees so many a month: logouts ${usage.logoutsPerMonth}, sessions left behind ${usage.abandonedPerMonth}, sessions revoked ${usage.revocationsPerMonth}. Requests come at random (Poisson) within the hours of use, one after the other: a page that sends several at once when a renewal is due pays a write for each, of which all but one are refused.
- Sessions: ${delay(usage.policy.idleSeconds)} idle, ${delay(usage.policy.lifetimeSeconds)} in all, the defaults of \`lib/session.ts\`. Nothing that is used idles out, which is so from four requests a day up. Expired rows stay up to ${usage.ttlLagHours} hours, half of it on average.
- Functions: ${usage.memoryMb} MB on arm64, logins ${whole(LOGIN_MEMORY_MB)} MB, as in \`serverless.yml\`. Assumed, not measured on AWS: ${usage.checkMs} ms that a check adds to a handler, ${usage.authorizerMs} ms for an authorizer with a read, ${usage.verifyMs} ms for one that verifies a JWT, ${usage.cacheMs} ms for a read in Valkey, ${usage.loginMs} ms for a login (bcrypt at cost 12 is four times the 78 ms that [docs/timing.md](timing.md) has for cost 10). Each is an option.
- No free tier, but Cognito's, which is for every month and every account. Logs, metrics, alarms, backups, streams, cold starts, data transfer and a way out of a VPC are in none. The attempts table's rows and a user's own requests about the account are left out.
- JWT: an access token for ${delay(usage.jwtTtlSeconds)} (Cognito's own default, and the same for all of them) and a refresh token that is a row, read and written at each refresh; users, logins and logouts as Coatcheck has them. A Lambda authorizer's cache would make it cheaper and the delay no shorter. Cognito's refreshes are in its fee.
- The authorizer's cache is keyed by the token, and holds for ${usage.authorizerTtlSeconds} s from the first request. Valkey: one unit (ECPU) for each command of less than 1 KB.
- A month has 730 hours, a GB 1,000,000,000 bytes; ${STORED_USER_BYTES} bytes are stored of a user.

## The simulation

${simulationSection(recorded, usage)}

## Prices

In US dollars, ${REGION}. **confirmed**: read in AWS's own words or code. **reported**: others have it, and AWS's own page was not to be read. **unconfirmed**: others have parts of it. Check them before you decide by them: \`lab/cost/prices.json\` is the one place they stand in.

${markdownTable(
  ['price', 'USD', 'for a', 'seen', 'standing', 'source'],
  Object.values(PRICES).map(({ name, unit, tiers, seen, standing, source, url }) => [
    name,
    tiers
      .map(({ upTo, usd }) =>
        upTo ? `${usd} up to ${upTo.toLocaleString('en')}` : tiers.length > 1 ? `then ${usd}` : usd,
      )
      .join(', '),
    unit,
    seen,
    standing,
    `${source}. [AWS's page](${url})`,
  ]),
  [0, 1, 2, 3, 4, 5],
)}
`
}

const ACTIVITY_DAYS = 90
const DAYS_A_MONTH = 730 / 24

/** What a million requests cost with activity on and off. */
function activityTable(): string {
  const failed = LOGIN.slice(0, 5)
  const row = (name: string, calls: readonly string[], bytes: number, moreReads = 0) => {
    const { reads, writes } = unitsOf(calls)
    const off = reads * firstOf('readUnits') + writes * firstOf('writeUnits')
    const gigabytes = (2 * (bytes + ROW_OVERHEAD)) / 1000
    const stored = gigabytes * firstOf('tableStorage') * (ACTIVITY_DAYS / DAYS_A_MONTH)
    const written = 2 * firstOf('writeUnits') + moreReads * firstOf('readUnits')
    return [name, inWords(calls), dollars(off), String(bytes), dollars(written), dollars(stored)]
  }
  const head = ['', 'calls without activity', 'USD for them', 'bytes of the item', 'USD to write it', 'USD to store it']
  const rows = [
    row('logins', LOGIN, LOGIN_ACTIVITY_BYTES),
    row('failed logins', failed, FAILURE_ACTIVITY_BYTES),
    row('sessions that time out', [], TIMEOUT_ACTIVITY_BYTES, 1),
  ]
  return markdownTable(head, rows, [0, 1])
}

const firstOf = (name: keyof typeof PRICES) => PRICES[name].tiers[0]?.usd ?? 0

const inWords = (calls: readonly string[]) => {
  const { reads, writes } = unitsOf(calls)
  return `${reads} read${reads === 1 ? '' : 's'} and ${writes} write${writes === 1 ? '' : 's'}`
}
