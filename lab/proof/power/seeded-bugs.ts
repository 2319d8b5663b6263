import { bundleService } from '../../../local/bundle.ts'
import type { FrontOptions } from '../../../local/front.ts'
import {
  CHECK_READS,
  EVENTUAL_QUERY,
  type Patch,
  patch,
  patchPlugin,
  UNCONDITIONAL_RENEWAL,
  UNGUARDED_ATTEMPTS,
} from '../patch.ts'

// Bugs that the checker must catch. M1 to M10 are mistakes of other session services, S1 to S4 concern routes that allow
// staleness. Each is patched into the source while the service is bundled for the proof; packages are built without.

export interface SeededBug {
  readonly id: string
  readonly what: string
  readonly patches: readonly Patch[]
}

const SESSIONS = 'lib/sessions/sessions.ts'
const SESSION_STORE = 'lib/dynamodb/session-store.ts'
const bug = (id: string, what: string, ...patches: Patch[]): SeededBug => ({ id, what, patches })

export const SEEDED_BUGS: readonly SeededBug[] = [
  bug(
    'M1',
    'a check reads with eventual consistency',
    patch('lib/dynamodb/item-reader.ts', /ConsistentRead: \w+ === 'strong',/, ''),
  ),
  bug('M2', 'a renewal writes without the condition that the row exists', UNCONDITIONAL_RENEWAL),
  bug(
    'M3',
    'a check is answered from memory for five seconds',
    patch(
      SESSIONS,
      CHECK_READS,
      `const kept = (globalThis.seededRows ??= new Map())
       const known = $<token> && kept.get($<token>.sessionId)
       const $<row> = known && known.at > Date.now() - 5000 ? known.row : $<token> && (await $<read>)
       if ($<row> && $<row> !== known?.row) kept.set($<token>.sessionId, { row: $<row>, at: Date.now() })`,
    ),
  ),
  bug('M4', 'revoking all sessions finds them by an eventually consistent Query', EVENTUAL_QUERY),
  bug(
    'M5',
    'unprocessed deletes of a batch are not repeated, and the second Query is ignored',
    patch(SESSION_STORE, /\(UnprocessedItems\[\w+\] \?\? \[\]\)/, '([])'),
    patch(SESSION_STORE, /for \(;;\) \{/, 'for (let pass = 0; ; pass++) {'),
    patch(SESSION_STORE, /if \((?<none>\w+\.length === 0)\) return \[/, 'if ($<none> || pass > 0) return ['),
  ),
  bug(
    'M6',
    'expiry is left to the TTL of the table',
    patch(SESSIONS, /if \(isLive\((?<row>\w+), [^)]*\(\)\)\) (?<accept>return \w+\(\k<row>\))/, '$<accept>'),
  ),
  bug(
    'M7',
    'the principal is kept from one request to the next',
    patch(
      SESSIONS,
      /(?<guard>if \(isLive\((?<row>\w+), [^)]*\(\)\)\)) return (?<session>\w+\(\k<row>\))/,
      '$<guard> return (globalThis.seededPrincipal ??= $<session>)',
    ),
  ),
  bug(
    'M8',
    'a check that cannot read the datastore accepts the session',
    patch(
      SESSIONS,
      CHECK_READS,
      `const kept = (globalThis.seededRows ??= new Map())
       const $<row> = $<token> && (await $<read>.catch((error) => { const old = kept.get($<token>.sessionId); if (old) return old; throw error }))
       if ($<row>) kept.set($<token>.sessionId, $<row>)`,
    ),
  ),
  bug('M9', 'attempts are counted by a read and then a write', UNGUARDED_ATTEMPTS),
  bug(
    'M10',
    'a failed delete is answered as a success',
    patch(SESSIONS, /return await (?<remove>\w+\.delete\([^)]*\))/, "return await $<remove>.catch(() => 'deleted')"),
  ),
  bug(
    'S1',
    'each use of a cached row resets its age',
    patch(
      'lib/sessions/staleness-cache.ts',
      /return (?<kept>\w+) && (?<young>\w+\(\k<kept>\.(?<age>\w+), [^?]*\)) \? \k<kept>\.row : undefined/,
      'if (!$<kept> || !$<young>) return undefined; $<kept>.$<age> = now(); return $<kept>.row',
    ),
  ),
  bug(
    'S2',
    'a route that allows no staleness reads the cache of another route',
    patch(
      SESSIONS,
      /= \w+ && (?<find>\w+\.\w+\(\w+, \w+, )maxStalenessSeconds\)/,
      '= $<find>maxStalenessSeconds || 2)',
    ),
  ),
  bug(
    'S3',
    'the age of a cached row counts from the response, not from the start of the read',
    patch(
      SESSIONS,
      /if \((?<start>\w+)\) (?<keep>(?<cache>\w+)\.\w+\(row, )\k<start>\)/,
      'if ($<start>) $<keep>$<cache>.now())',
    ),
  ),
  bug(
    'S4',
    'a process that finds a row deleted keeps its cached copy',
    patch(SESSIONS, /if \(!(?<row>\w+)\) \w+\.\w+\(\w+, \w+\)\s+else/, 'if (!$<row>) {} else'),
  ),
]

/** Bundles as they are packaged, except for these patches. @throws Error if the source has no place for one */
export function bundleWith(patches: readonly Patch[]): NonNullable<FrontOptions['bundle']> {
  return (service, folder) => bundleService(service, folder, [patchPlugin(patches)])
}
