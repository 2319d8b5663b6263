import { CHECK_DECODES, NO_IDLE_TIMEOUT, type Patch, patch } from '../../mutation/patch.ts'
import type { Cast } from './cast.ts'
import { sampleTrial } from './found.ts'
import type { Property } from './fuzz.ts'
import { CANARY } from './secrets.ts'
import type { Trial } from './trial.ts'

/** A bug that the fuzz and its oracle must find, patched in while the service is bundled. */
export interface Mistake {
  readonly id: string
  readonly what: string
  readonly patches: readonly Patch[]
  /** The property that generates a case for it, and the promise that the case breaks. */
  readonly property: Property
  readonly promise: string
  /** A case that shows it, and the function that the case calls. */
  readonly at: string
  readonly shows: (cast: Cast) => Trial
}

const ITEM = 'lib/dynamodb/item.ts'
const SEND = 'lib/dynamodb/send.ts'
const JSON_BODY = 'functions/http/json-body.ts'
const SESSIONS = 'lib/sessions/session-checks.ts'

export const MISTAKES: readonly Mistake[] = [
  {
    id: 'Z1',
    what: 'an item of another key is accepted as the answer to a read',
    patches: [patch(ITEM, /if \(\w+\[\w+\]\?\.S !== \w+\.S\)/, 'if (false)')],
    property: 'answers',
    promise: 'foreign',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session', {}, { mutation: { nth: 1, how: { way: 'swap', index: 0 } } }),
  },
  {
    id: 'Z2',
    what: 'a body that is not JSON is answered with 500',
    patches: [patch(JSON_BODY, /throw new \w+\('[^']*JSON[^']*'\)/, "throw new Error('seeded')")],
    property: 'bodies',
    promise: 'status',
    at: 'login',
    shows: (cast) => sampleTrial(cast, 'login', {}, { change: { body: '{' } }),
  },
  {
    id: 'Z3',
    what: 'a problem repeats a value of the request body',
    patches: [patch(JSON_BODY, /if \(!\w+\.message\.startsWith\([^)]*\)\)/, 'if (true)')],
    property: 'bodies',
    promise: 'leak',
    at: 'login',
    shows: (cast) => sampleTrial(cast, 'login', { body: { email: 'a@b', password: 'x', credential: CANARY } }),
  },
  {
    id: 'Z4',
    what: 'the log holds the presented token',
    patches: [patch(SESSIONS, CHECK_DECODES, '$&; process.stdout.write(JSON.stringify({ seeded: $<text> }))')],
    property: 'headers',
    promise: 'leak',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session'),
  },
  {
    id: 'Z5',
    what: 'a refusal deletes the session cookie',
    patches: [
      patch('lib/http/problem.ts', /statusCode: \w+,/, "$& cookies: ['__Host-session=; Path=/; Secure; Max-Age=0'],"),
    ],
    property: 'paths',
    promise: 'cookie',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session', { as: 'ended' }),
  },
  {
    id: 'Z6',
    what: 'a check compares only the id of a session, not its secret',
    patches: [patch(SESSIONS, /if \(!(?<row>\w+) \|\| !secretMatches\([^)]*\)\)/, 'if (!$<row>)')],
    property: 'headers',
    promise: 'accepted',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session', { as: 'wrong' }),
  },
  {
    id: 'Z7',
    what: 'a response without its consumed capacity is accepted',
    patches: [patch(SEND, /return 'ConsumedCapacity' in (?<output>\w+) && [^\n]*/, 'return $<output> !== undefined')],
    property: 'answers',
    promise: 'unproven',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session', {}, { mutation: { nth: 0, how: { way: 'text', text: '{}' } } }),
  },
  {
    id: 'Z8',
    what: 'a session is accepted after its idle timeout while its row exists',
    patches: [NO_IDLE_TIMEOUT],
    property: 'headers',
    promise: 'accepted',
    at: 'get-session',
    shows: (cast) => sampleTrial(cast, 'get-session', { as: 'expired' }),
  },
  {
    id: 'Z9',
    what: 'a response header repeats the token of the new session',
    patches: [
      patch(
        'functions/http/answer.ts',
        /return (?<response>json<[^\n]*token: token\.reveal\(\) \}\))/,
        "return { ...$<response>, headers: { 'content-type': 'application/json', 'x-session': token.reveal() } }",
      ),
    ],
    property: 'bodies',
    promise: 'leak',
    at: 'login',
    shows: (cast) => sampleTrial(cast, 'login'),
  },
]
