import { type Fail, type Json, list, object } from '../json.ts'
import { compileFilter, type Filter } from '../streams/filter.ts'

/** A rule of EventBridge: which events reach a function. The bus is not compared: locally there is one. */
export interface EventRule {
  readonly accepts: Filter
}

const ACCEPTED = new Set(['eventBus', 'pattern', 'enabled', 'name', 'retryPolicy', 'deadLetterQueueArn'])

/**
 * Reads an `eventBridge` event of serverless.yml.
 * @throws Error by `fail` for a rule without a pattern, and for an unknown key
 */
export function readEventRule(event: Json, fail: Fail): EventRule {
  const declared = object(event.eventBridge)
  const unknown = Object.keys(declared).filter((key) => !ACCEPTED.has(key))
  if (unknown.length > 0 || declared.pattern === undefined)
    throw fail(
      `an eventBridge event is played locally with a pattern and without ${unknown.join(', ') || 'a schedule'}; accepted are ${[...ACCEPTED].join(', ')}.`,
    )
  return { accepts: declared.enabled === false ? () => false : compileFilter(list([declared.pattern]), fail) }
}
