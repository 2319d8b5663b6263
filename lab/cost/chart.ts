import { alternatives, bill } from './alternatives.ts'
import { monthOf } from './month.ts'
import type { Usage } from './usage.ts'
import { delay } from './words.ts'

/** A Mermaid bar chart: the price of a million checks, with the revocation delay in each label. */
export function perMillionChart(usage: Usage): string {
  const month = monthOf(usage)
  const bars = alternatives(usage)
    .map((each) => ({ label: `${each.short} (${delay(each.delaySeconds)})`, usd: bill(each, month).perMillion }))
    .sort((a, b) => a.usd - b.usd)
  return `\`\`\`mermaid
xychart-beta horizontal
  title "USD per million checks, all in (revocation delay)"
  x-axis [${bars.map(({ label }) => `"${label}"`).join(', ')}]
  y-axis "USD"
  bar [${bars.map(({ usd }) => usd.toFixed(3)).join(', ')}]
\`\`\``
}
