import { type Steps, update } from './call.ts'
import { none, PRESENT } from './item.ts'
import type { Context } from './play.ts'
import { refuse, use } from './seen.ts'

/** A row that may be used once: a ticket, a challenge, an invitation. `used` is the mark of the request that used it. */
export type OneTimeRow = { readonly used?: string }

/** Uses the row up. @returns whether this request did; if not, the answer is that it is void */
export function* useUp({ fresh, rules, tell, name }: Context, key: string, secret: string): Steps<boolean> {
  const mark = fresh('mark')
  const only = rules('consumeOnce') ? [PRESENT, none('used')] : [PRESENT]
  const write = { set: { used: mark } }
  const landed = (seen: Parameters<typeof use>[0]) => use(seen, secret, name)
  const { applied, repeated, old } = yield* update(key, write, only, { landed })
  if (applied || (repeated && rules('ownMark') && old?.used === mark)) return true
  tell((seen) => refuse(seen, secret, name))
  return false
}
