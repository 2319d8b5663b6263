import { rate } from '../figures/rate.ts'
import { leaksIn } from '../secrets.ts'
import { percent, type Section } from '../section.ts'
import type { Published } from './judge-events.ts'

/** What became of the events while the streams were recorded. */
export function eventsSection(published: Published): Section {
  const { created, ended, events, failures, malformed, withoutImage } = published
  const wrongIn = (rows: Published['created']) => [...rows.values()].filter((ids) => ids.size !== 1).length
  const rows = [
    row('a session row that was written gives exactly one event id', wrongIn(created), created.size),
    row('a session row that was deleted gives exactly one event id', wrongIn(ended), ended.size),
    row(
      'I6: no event has a credential, a hash of a secret, an address or a user agent',
      leaksOf(published),
      events.length,
    ),
    row('a record is processed', failures, events.length),
  ]
  return {
    title: 'Events',
    text: `The streams of both tables, recorded while clocks are turned, and delivered twice to the publisher of \`publish-events\`: in batches of a hundred with the tables behind it, and in batches of seven when nothing is known any more. DynamoDB Local wrote ${withoutImage} deletions without an image, of rows that two requests deleted at once; DynamoDB always has one.`,
    columns: ['rule', 'violations', 'trials', '95 % upper bound'],
    rows: rows.map(({ name, violations, trials, upperBound }) => [name, violations, trials, percent(upperBound)]),
    failures: rows
      .flatMap(({ name, violations, trials }) => {
        if (violations > 0) return [`${name}: ${violations} violations.`]
        return trials === 0 ? [`${name}: nothing was tried.`] : []
      })
      .concat(malformed.map((shape) => `A record cannot be decoded: ${shape}`)),
    data: rows,
  }
}

const row = (name: string, violations: number, trials: number) => ({
  ...{ name, violations, trials },
  upperBound: rate(violations, trials).upperBound,
})

function leaksOf({ events, secrets }: Published): number {
  const all = events.join('\n')
  return leaksIn(all) + [...secrets].filter((secret) => all.includes(secret)).length
}
