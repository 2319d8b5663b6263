import type { ActivityEntry, ActivityStore } from '../../lib/activity/activity-store.ts'
import { endIn } from '../../lib/activity/end-of.ts'
import { collectPage, mergeNewest } from '../../lib/activity/pages.ts'
import type { EpochSeconds } from '../../lib/system.ts'

/** An activity store in memory, with the same contract as the DynamoDB store. It ignores deadlines. */
export function memoryActivityStore(): ActivityStore & { readonly entries: ActivityEntry[] } {
  const entries: ActivityEntry[] = []

  function list(page: Parameters<ActivityStore['listRecent']>[0], isListed: (entry: ActivityEntry) => boolean) {
    const from = page.since === undefined ? '' : isoOf(page.since)
    const read = async (before: string | undefined, limit: number) => {
      const older = entries.filter(
        (entry) => isListed(entry) && entry.id >= from && (before === undefined || entry.id < before),
      )
      const { entries: newest, hasMore } = mergeNewest([{ entries: older, hasMore: false }], limit)
      return { entries: newest, next: hasMore ? newest.at(-1)?.id : undefined }
    }
    return collectPage(read, page, 5)
  }

  return {
    entries,
    async record(recorded) {
      for (const entry of recorded)
        if (!entries.some(({ subject, id }) => subject === entry.subject && id === entry.id)) entries.push(entry)
    },
    async listOfUser(userId, page) {
      return list(page, ({ subject }) => subject === `user#${userId}` || subject === `account#${page.accountTag}`)
    },
    async listRecent(page) {
      return list(page, () => true)
    },
    async endOf(userId, sessionId, since) {
      const own = entries.filter(({ subject, id }) => subject === `user#${userId}` && id >= isoOf(since))
      return endIn(own, sessionId)
    },
  }
}

const isoOf = (time: EpochSeconds) => new Date(time * 1000).toISOString()
