import { explore, shortestViolation } from '../explorer.ts'
import { ACCOUNT_BREAKS, type AccountBreak, EARLIER_RULES } from './breaks.ts'
import { combination } from './combinations.ts'

const only = process.argv[2]
let states = 0
for (const [rule, b] of Object.entries({ ...ACCOUNT_BREAKS, ...EARLIER_RULES }) as [string, AccountBreak][]) {
  if (only && rule !== only) continue
  const withRule = explore(combination(b.scene, b.operations, b.budget))
  const model = combination(b.scene, b.operations, b.budget, (r) => r !== rule)
  const r = explore(model)
  states += withRule.states + r.states
  const v = r.violation && shortestViolation(model)
  const ok = v && b.violation.test(v.why) && !withRule.violation
  if (!ok || only)
    console.log(
      ok ? 'ok' : 'BAD',
      rule,
      withRule.states,
      withRule.violation?.why ?? '',
      '->',
      v?.why ?? `NOTHING FAILS in ${r.states}`,
    )
  if (only && v) console.log(v.trace.map((s) => `   ${s.actor}: ${s.step}`).join('\n'))
}
console.log(states)
