import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Plugin } from 'esbuild'

// Faults that the proof puts into the source while it bundles it, so that its judges can be judged. An anchor names as
// little of the code as makes it unique, and captures identifiers instead of spelling them.

export interface Patch {
  readonly file: string
  /** Must match exactly once in the file. */
  readonly anchor: RegExp
  /** May refer to groups of the anchor: `$<name>`. */
  readonly to: string
}

export const patch = (file: string, anchor: RegExp, to: string): Patch => ({ file, anchor, to })

/** @throws Error if the anchor of a patch does not match exactly once */
export function patched(patches: readonly Patch[], file: string, source: string): string {
  return patches
    .filter((each) => each.file === file)
    .reduce((text, { anchor, to }) => {
      const matches = [...text.matchAll(new RegExp(anchor, 'g'))].length
      if (matches !== 1)
        throw new Error(`${file} has ${matches} places instead of one for the anchor ${anchor}: adapt the patch.`)
      return text.replace(anchor, to)
    }, source)
}

/** Patches what esbuild loads, and notes each patched file in `used`. */
export function patchPlugin(patches: readonly Patch[], used = new Set<string>()): Plugin {
  const files = new Set(patches.map(({ file }) => file))
  return {
    name: `patch ${JSON.stringify(patches.map(({ anchor, to }) => `${anchor} ${to}`))}`, // builds are cached by it
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(resolve('.'), path)
        if (!files.has(file)) return undefined
        used.add(file)
        return { contents: patched(patches, file, await readFile(path, 'utf8')), loader: 'ts' }
      })
    },
  }
}

// Anchors that several judges share.

const SESSION_STORE = 'lib/dynamodb/session-store.ts'
/** `Sessions.check` reads the row of the presented token. */
export const CHECK_READS =
  /const (?<row>\w+) = (?<token>\w+) && \(await (?<read>\w+\(\k<token>\.userId, \k<token>\.sessionId, [^)]*\))\)/
/** `Sessions.check` decodes the presented token. */
export const CHECK_DECODES = /const (?<token>\w+) = parseToken\((?<text>\w+)\)/

/** Lists and sweeps read the rows of a user eventually consistently. */
export const EVENTUAL_QUERY = patch(SESSION_STORE, /ConsistentRead: true,\s+ExclusiveStartKey,/, 'ExclusiveStartKey,')

export const UNCONDITIONAL_RENEWAL = patch(SESSION_STORE, /ConditionExpression: '[^']* AND lastSeenAt < :now',/, '')

export const NO_IDLE_TIMEOUT = patch(
  'lib/session.ts',
  /(?<now>\w+) < (?<session>\w+)\.expiresAt && (?<rest>\k<now> < \k<session>\.endsAt)/,
  '$<rest>',
)

/** The counter of attempts is read, then written, in two calls. */
export const UNGUARDED_ATTEMPTS = patch(
  'lib/dynamodb/attempt-store.ts',
  /const (?<answer>\w+) = await (?<send>\w+)\((?<client>\w+), (?<take>\w+)\((?<key>\w+), (?<budget>\w+), (?<now>\w+)\), (?<deadline>\w+)\)(?<between>[\s\S]*?)await (?<read>\w+\(\w+\(\k<key>\), \k<deadline>\))/,
  `const before = Number((await $<read>)?.taken?.N ?? 0)
   if (before >= ($<budget>.limit ?? $<budget>.slots)) return $<budget>.windowSeconds
   const unguarded = $<take>($<key>, { ...$<budget>, slots: 1e9, limit: 1e9 }, $<now>)
   unguarded.input.UpdateExpression = unguarded.input.UpdateExpression.replace('if_not_exists(taken, :zero)', ':zero')
   unguarded.input.ExpressionAttributeValues[':zero'] = { N: String(before) }
   const $<answer> = await $<send>($<client>, unguarded, $<deadline>)$<between>await $<read>`,
)
