import { MARK, type SeededBug } from '../power/seeded-bugs.ts'
import type { Cast } from './cast.ts'
import { asked } from './found.ts'
import type { Property } from './fuzz.ts'
import { CANARY } from './secrets.ts'
import type { Trial } from './trial.ts'

/** A mistake that the oracle must catch, or a run of it says nothing; put in while the service is bundled. */
export interface Mistake extends SeededBug {
  /** What finds it, and the promise that it breaks. */
  readonly property: Property
  readonly promise: string
  /** One case in which it shows, of one function. */
  readonly at: string
  readonly shows: (cast: Cast) => Trial
}

export const MISTAKES: readonly Mistake[] = [
  {
    id: 'Z1',
    what: 'the item of another key is taken for this one',
    file: 'lib/dynamodb/item.ts',
    from: "    if (item[name]?.S !== value.S) throw new UnavailableError('DynamoDB returned an item with another key')\n",
    to: `    if (name === '${MARK}' && value) throw new Error()\n`,
    property: 'answers',
    promise: 'foreign',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session', {}, { mutation: { nth: 1, how: { way: 'swap', index: 0 } } }),
  },
  {
    id: 'Z2',
    what: 'a body that is no JSON is a failure of ours',
    file: 'functions/http/json-body.ts',
    from: "        throw new InvalidRequestError('The request body is not valid JSON. Send one JSON object.')\n",
    to: `        throw new Error('${MARK}')\n`,
    property: 'bodies',
    promise: 'status',
    at: 'login',
    shows: (cast) => asked(cast, 'login', {}, { change: { body: '{' } }),
  },
  {
    id: 'Z3',
    what: 'a refusal repeats what was sent',
    file: 'functions/http/json-body.ts',
    from: "  if (!issue.message.startsWith('Invalid ')) return issue.message\n",
    to: `  if (issue.message !== '${MARK}') return issue.message\n`,
    property: 'bodies',
    promise: 'leak',
    at: 'login',
    shows: (cast) => asked(cast, 'login', { body: { email: 'a@b', password: 'x', credential: CANARY } }),
  },
  {
    id: 'Z4',
    what: 'the log says which token was presented',
    file: 'lib/sessions/sessions.ts',
    from: '      const row = token && (await readRow(token.userId, token.sessionId, options))\n',
    to: `      log(logEntry('session_created', { ${MARK}: tokenText }))
      const row = token && (await readRow(token.userId, token.sessionId, options))\n`,
    property: 'headers',
    promise: 'leak',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session'),
  },
  {
    id: 'Z5',
    what: 'a refusal takes the cookie away',
    file: 'lib/http/problem.ts',
    from: '    statusCode: status,\n',
    to: `    statusCode: status, cookies: ['__Host-session=; Path=/; Secure; Max-Age=0'], /* ${MARK} */\n`,
    property: 'paths',
    promise: 'cookie',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session', { as: 'ended' }),
  },
  {
    id: 'Z6',
    what: 'whoever knows the id of a session is let in',
    file: 'lib/sessions/sessions.ts',
    from: '      if (!row || !secretMatches(token.secret, row.secretHash)) return undefined\n',
    to: `      if (!row) return undefined /* ${MARK} */\n`,
    property: 'headers',
    promise: 'accepted',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session', { as: 'wrong' }),
  },
  {
    id: 'Z7',
    what: 'an answer that does not say what it consumed counts',
    file: 'lib/dynamodb/send.ts',
    from: "  return 'ConsumedCapacity' in output && output.ConsumedCapacity !== undefined\n",
    to: `  return output !== undefined /* ${MARK} */\n`,
    property: 'answers',
    promise: 'unproven',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session', {}, { mutation: { nth: 0, how: { way: 'text', text: '{}' } } }),
  },
  {
    id: 'Z8',
    what: 'a row is believed for as long as it is there',
    file: 'lib/session.ts',
    from: '  return now < session.expiresAt && now < session.endsAt\n',
    to: `  return now < session.endsAt /* ${MARK} */\n`,
    property: 'headers',
    promise: 'accepted',
    at: 'get-session',
    shows: (cast) => asked(cast, 'get-session', { as: 'expired' }),
  },
]
