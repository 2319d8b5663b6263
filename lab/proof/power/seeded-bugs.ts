import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { bundleService } from '../../../local/bundle.ts'
import type { FrontOptions } from '../../../local/front.ts'

// The checker must catch these, or a run of it says nothing (§6.4, M1 to M10, and S1 to S4 of staleness). Each is a mistake somebody has made, put
// into the source while it is bundled, for a service of the proof alone: what is packaged knows nothing of it.

export interface SeededBug {
  readonly id: string
  readonly what: string
  readonly file: string
  /** What stands there, once, and what stands there then. */
  readonly from: string
  readonly to: string
}

/** In what a seeded bug puts in; a minifier takes the comment, and leaves the name where there is one. */
export const MARK = '__seeded_bug__'
const marked = (code: string) => `/* ${MARK} */ globalThis.${MARK} = true; ${code}`

const OF_EVERY_ROUTE: readonly SeededBug[] = [
  {
    id: 'M1',
    what: 'the check reads with eventual consistency',
    file: 'lib/dynamodb/item-reader.ts',
    from: "    const input = { TableName: tableName, Key, ConsistentRead: consistency === 'strong', ...RETURN_CONSUMED_CAPACITY }\n",
    to: marked('const input = { TableName: tableName, Key, ...RETURN_CONSUMED_CAPACITY }\n'),
  },
  {
    id: 'M2',
    what: 'renewal writes whether or not there is a row',
    file: 'lib/dynamodb/session-store.ts',
    from: "        ConditionExpression: 'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now',\n",
    to: `        /* ${MARK} */\n`,
  },
  {
    id: 'M3',
    what: 'a check is answered from memory for five seconds',
    file: 'lib/sessions/sessions.ts',
    from: '      const row = token && (await readRow(token.userId, token.sessionId, options))\n',
    to: marked(`const kept = (globalThis.${MARK}rows ??= new Map());
      const known = token && kept.get(token.sessionId);
      const row = known && known.at > Date.now() - 5000 ? known.row : token && (await readRow(token.userId, token.sessionId, options));
      if (row && row !== known?.row) kept.set(token.sessionId, { row, at: Date.now() });
      `),
  },
  {
    id: 'M4',
    what: 'ending all finds the sessions by an eventually consistent Query',
    file: 'lib/dynamodb/session-store.ts',
    from: '          ConsistentRead: true,\n          ExclusiveStartKey,',
    to: `          /* ${MARK} */ ExclusiveStartKey,`,
  },
  {
    id: 'M5',
    what: 'what a batch has left unprocessed is forgotten, and no Query looks again',
    file: 'lib/dynamodb/session-store.ts',
    from: '        if (outdated.length === 0) return [...revoked]\n',
    to:
      '        if (outdated.length === 0) return [...revoked]\n' +
      marked(
        'if (outdated.length > 0) { const first = outdated.slice(0, MAX_BATCH_WRITES); await sendUnconditional(client, new BatchWriteItemCommand({ RequestItems: { [tableName]: first.map((id) => ({ DeleteRequest: { Key: sessionKey(userId, id) } })) }, ...RETURN_CONSUMED_CAPACITY }), deadline); return [...revoked] }\n',
      ),
  },
  {
    id: 'M6',
    what: 'the end of a session is left to the table’s TTL',
    file: 'lib/sessions/sessions.ts',
    from: '      if (isLive(row, clock())) return withoutHash(row)\n',
    to: marked('return withoutHash(row)\n'),
  },
  {
    id: 'M7',
    what: 'who acts is kept from one request to the next',
    file: 'lib/sessions/sessions.ts',
    from: '      if (isLive(row, clock())) return withoutHash(row)\n',
    to: marked(`if (isLive(row, clock())) return (globalThis.${MARK}who ??= withoutHash(row))\n`),
  },
  {
    id: 'M8',
    what: 'a check that fails lets in',
    file: 'lib/sessions/sessions.ts',
    from: '      const row = token && (await readRow(token.userId, token.sessionId, options))\n',
    to: marked(`const kept = (globalThis.${MARK}rows ??= new Map());
      const row = token && (await readRow(token.userId, token.sessionId, options).catch((error) => { const old = kept.get(token.sessionId); if (old) return old; throw error }));
      if (row) kept.set(token.sessionId, row);
      `),
  },
  {
    id: 'M9',
    what: 'attempts are counted by reading and then writing',
    file: 'lib/dynamodb/attempt-store.ts',
    from: '      for (let tries = 0; tries < MAX_RESERVE_TRIES; tries++) {\n',
    to: marked(`const seen = await read(attemptKey(key), deadline); const taken = parseWholeNumber(seen?.taken) ?? 0;
      if (taken >= budget.limit) return budget.windowSeconds;
      await sendUnconditional(client, new PutItemCommand({ ...table, Item: { ...attemptKey(key), taken: numberAttribute(taken + 1), windowSeconds: numberAttribute(budget.windowSeconds), opensAt: numberAttribute(now + budget.windowSeconds), expiresAt: numberAttribute(now + 99999) } }), deadline);
      if (Date.now() > 0) return 0;
      for (let tries = 0; tries < MAX_RESERVE_TRIES; tries++) {\n`),
  },
  {
    id: 'M10',
    what: 'a delete that fails is answered as if it had not',
    file: 'lib/sessions/sessions.ts',
    from: '        return await store.delete(userId, sessionId, deadline)\n',
    to: marked("return await store.delete(userId, sessionId, deadline).catch(() => 'deleted' as const)\n"),
  },
]

/** Of what a process has read a moment ago. */
const OF_STALENESS: readonly SeededBug[] = [
  {
    id: 'S1',
    what: 'what was read is as young as its last use',
    file: 'lib/sessions/staleness-cache.ts',
    from: '      return entry && isWithin(entry.readAt, seconds, now()) ? entry.row : undefined\n',
    to: marked(
      'if (!entry || !isWithin(entry.readAt, seconds, now())) return undefined; rows.set(keyOf(userId, sessionId), { row: entry.row, readAt: now() }); return entry.row\n',
    ),
  },
  {
    id: 'S2',
    what: 'a route that allows no staleness is given what another has kept',
    file: 'lib/sessions/sessions.ts',
    from: '    const cached = readAt && cache.get(userId, sessionId, maxStalenessSeconds)\n',
    to: marked('const cached = cache.get(userId, sessionId, maxStalenessSeconds || 2)\n'),
  },
  {
    id: 'S3',
    what: 'the age of what was read counts from the answer, not from when the read began',
    file: 'lib/sessions/sessions.ts',
    from: '    else if (readAt) cache.set(row, readAt)\n',
    to: `else if (readAt) { ${marked('cache.set(row, cache.now())')} }\n`,
  },
  {
    id: 'S4',
    what: 'a process that finds a session gone goes on with what it kept of it',
    file: 'lib/sessions/sessions.ts',
    from: '    if (!row) cache.delete(userId, sessionId)\n',
    to: `if (!row) { ${marked('')} }\n`,
  },
]

export const SEEDED_BUGS: readonly SeededBug[] = [...OF_EVERY_ROUTE, ...OF_STALENESS]

/** Bundles as they are shipped, but for this mistake. @throws Error where the source has changed under it. */
export function bundleWith(bug: SeededBug): NonNullable<FrontOptions['bundle']> {
  const plugin: Plugin = {
    name: `seeded ${bug.id}`,
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path !== resolve(bug.file)) return undefined
        const contents = seeded(bug, await readFile(path, 'utf8'))
        return { contents, loader: 'ts' }
      })
    },
  }
  return (service, folder) => bundleService(service, folder, [plugin])
}

/** The source with the mistake in it. */
export function seeded({ id, file, from, to }: SeededBug, source: string): string {
  if (source.split(from).length !== 2) throw new Error(`${id}: ${file} no longer has, once: ${from}`)
  return source.replace(from, () => to)
}
