import { markdownTable } from '../shared/table.ts'
import type { Recorded } from './recorded.ts'
import { comparisonTable } from './report.ts'
import { SESSION_WRITE_UNITS, STORED_SESSION_BYTES } from './row-size.ts'
import { MONTH_DAYS, type Usage } from './usage.ts'
import { compare, TOLERANCE } from './verdict.ts'
import { quantity, whole } from './words.ts'

/** The last simulation and its comparison with the model. */
export function simulationSection(recorded: Recorded, usage: Usage): string {
  const { places, seed, measuredDays, warmUpDays, tally } = recorded
  const comparisons = compare(tally, usage, places, measuredDays)
  const { head, rows, texts } = comparisonTable(comparisons)
  const stored = ((tally.liveSeconds + tally.expiredSeconds) / (measuredDays * 86_400)) * STORED_SESSION_BYTES
  const units = ((tally.renewals + tally.logins + tally.logouts + tally.revokes) / measuredDays) * SESSION_WRITE_UNITS
  return `\`npm run cost -- --simulate 1e8\` plays every one of a hundred million sessions in use at once: its login at a day's first request, renewals by the rule of \`lib/session.ts\` (\`isRenewalDue\`, \`expiryAfter\`), logout, being left behind until idle ends it, the absolute end, a revoke at any time, and the row that stays until TTL deletes it. A session that ends is followed by another. ${warmUpDays} days are played and not measured, until it no longer matters how it began; then ${measuredDays} days are. What cannot change a row is skipped, which is exact where requests have no memory; \`lab/cost/tests/cost-renewal.test.ts\` plays every request of one session against \`renew\` itself. A ratio further from 1 than ${TOLERANCE} in one of the first three lines is exit code 1.

${markdownTable(head, rows, texts)}

${whole(tally.sessions)} sessions began in all. The table had ${whole(stored / 1e9)} GB with each row's overhead, and took ${quantity(units)} write units a day, ${quantity(units * MONTH_DAYS)} a month. Checks are not drawn but counted as what is expected of them (${usage.requestsPerDay} a day): of so many the difference is in the sixth figure.

Simulated ${recorded.at} UTC, seed ${seed}, in ${whole(recorded.seconds)} seconds; Node ${recorded.node}; ${recorded.threads} threads on ${recorded.cores} cores (${recorded.processor}); load average ${recorded.loadBefore} before and ${recorded.loadAfter} after.

The simulation shows that the arithmetic is right about what it takes for granted, not that your users are like that: it has the same rhythm, the same independence of one session from another, and the same lag of TTL, which AWS only calls "within a few days".`
}
