import type { Operation } from '../history/operation.ts'
import { type Account, listIn } from './account.ts'
import type { Tally } from './verdict.ts'

/**
 * K9: what works once is accepted once, by whichever of several parallel requests; and a link or challenge that was given
 * before an end of all sessions is void after it. A mailed code is accepted only from the browser that asked for it.
 */
export function checkOnce(history: readonly Operation[], accountFor: (user: string) => Account, tally: Tally): void {
  const byName = new Map<string, Operation[]>()
  for (const operation of history) {
    if (operation.outcome !== 'ok' && operation.outcome !== 'deny') continue
    for (const name of operation.uses ?? []) listIn(byName, name).push(operation)
    judgeBrowser(operation, tally)
    judgeVoid(operation, accountFor(operation.user), tally)
  }
  for (const [name, presented] of byName) {
    const [first, ...again] = presented.filter(({ outcome }) => outcome === 'ok')
    if (!first) continue
    for (const _ of presented.slice(1)) tally.trial('K9 once')
    for (const operation of again) tally.violation('K9 once', operation, [first], `accepted ${name} again`)
  }
}

function judgeBrowser(operation: Operation, tally: Tally): void {
  if (!operation.foreign) return
  tally.trial('K9 browser')
  if (operation.outcome === 'ok') tally.violation('K9 browser', operation, [], 'accepted a code of another browser')
}

function judgeVoid(operation: Operation, { revokedAll }: Account, tally: Tally): void {
  if (operation.given === undefined) return
  const end = revokedAll.after(operation.given)
  if (!end || end.at >= operation.invoked) return
  tally.trial('K9 void')
  if (operation.outcome !== 'ok') return
  tally.violation('K9 void', operation, [end.operation], 'accepted what all sessions had been revoked since')
}
