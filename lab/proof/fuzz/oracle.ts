import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { ErrorCode } from '../../../lib/errors.ts'
import { PROBLEMS } from '../../../lib/http/problem.ts'
import { isUserId } from '../../../lib/user.ts'
import type { Case, Exchange, Outcome } from './bench.ts'
import type { Cast } from './cast.ts'
import { admitted, signedIn, TOKEN } from './evidence.ts'
import { misattribution } from './misattributed.ts'
import { CREATING, PROMISES } from './promises.ts'
import { codeOf, isRefusedEvent, readResponse, withoutNames } from './response.ts'
import { leaks, secretsOf } from './secrets.ts'
import type { Trial } from './trial.ts'

/** What a request without a session must hold. */
const ONE_TIME: Readonly<Record<string, (cast: Cast) => string>> = {
  'second-factor': ({ dot }) => dot.tokens.challenge,
  'complete-registration': ({ dot }) => dot.tokens.ticket,
  'complete-password-reset': ({ dot }) => dot.tokens.reset,
  'undo-email-change': ({ dot }) => dot.tokens.undo,
  'accept-invitation': ({ dot }) => dot.tokens.invitation,
  'complete-login-code': ({ codeSignIn }) => codeSignIn.secret,
}

const CODE = /^__Host-session-code=/

/** To a bearer token these are 401 (RFC 9470). */
const STEP_UP: readonly string[] = ['reauthentication_required', 'second_factor_required']

/** @returns a sentence for each promise that a case broke */
export function judge(given: Case, outcome: Outcome, cast: Cast, stored: Trial['stored'] = []): string[] {
  const { name } = given
  const sent = sentBody(given.event)
  const text = `${JSON.stringify(given.event)} ${sent}`
  const wrong: string[] = outcome.uncaught.map((error) => `uncaught: ${error}`)
  const misattributed = misattribution(outcome.exchanges)
  const isSpoilt = stored.length > 0 || outcome.exchanges.some(({ spoilt }) => spoilt)
  if (leaks(outcome.log.join('\n'), secretsOf(cast))) wrong.push('leak: a log line holds a secret')
  if (name === 'authorizer') return [...wrong, ...judgeAuthorizer(outcome, text, cast, isSpoilt)]
  if ('thrown' in outcome) return [...wrong, `thrown: ${outcome.thrown}`]

  const answer = readResponse(outcome.result)
  if (!answer) return [...wrong, `shape: ${JSON.stringify(outcome.result)?.slice(0, 200)}`]
  const { statusCode, headers, cookies, body } = answer
  const promised = PROMISES[name]
  if (!promised) throw new Error(`PROMISES has no entry for the function "${name}".`)
  for (const [header, value] of Object.entries(headers))
    try {
      validateHeaderName(header)
      validateHeaderValue(header, value)
    } catch {
      wrong.push(`shape: the header ${header}`)
    }
  if (headers['x-content-type-options'] !== 'nosniff') wrong.push('shape: no security headers')

  if (statusCode >= 400) {
    const documented: readonly ErrorCode[] = [...(isSpoilt ? (['unavailable'] as const) : []), ...promised.codes]
    // A response to HEAD has no body that could name the code.
    const code =
      body === '' && isHead(given.event)
        ? documented.find(
            (each) => PROBLEMS[each].status === statusCode || (statusCode === 401 && STEP_UP.includes(each)),
          )
        : codeOf(answer, outcome.requestId, given.context === 'none')
    const isDocumented = documented.some((each) => each === code) || (promised.refusal && isRefusedEvent(answer))
    if (!isDocumented) wrong.push(`status: ${statusCode} ${code ?? body.slice(0, 200)} ${crashOf(outcome)}`)
    if (cookies.length > 0) wrong.push('cookie: set by a refusal')
    if (leaks(withoutNames(body) + JSON.stringify(headers) + cookies, secretsOf(cast)))
      wrong.push('leak: a refusal holds a secret')
    const isSaid = outcome.log.some((line) => JSON.parse(line).event === 'unavailable')
    if (code === 'unavailable' && !isSaid) wrong.push('log: unavailable without a log line that says why')
    if (misattributed && code !== 'unavailable') wrong.push(`${misattributed}: an answer, taken as ${code}`)
    return wrong
  }

  if (!promised.ok.includes(statusCode)) wrong.push(`status: ${statusCode}`)
  const unsent = cast.secrets.filter((secret) => !text.includes(secret))
  const { 'set-cookie': _, ...others } = headers // among the cookies
  const shown = [body, JSON.stringify(others), ...cookies].join('\n')
  if (leaks(shown, unsent)) wrong.push('leak: an answer holds a secret')
  const tokens = shown.match(TOKEN)?.filter((token) => !text.includes(token)) ?? []
  if (tokens.length > (CREATING.includes(name) ? 1 : 0)) wrong.push('leak: an answer holds a token')
  const handedOut = cookies.filter(
    (cookie) => !/=;/.test(cookie) && !(name === 'request-login-code' && CODE.test(cookie)),
  )
  if (handedOut.length > 0 && !CREATING.includes(name)) wrong.push('cookie: a session that was not requested')
  if (promised.by !== 'anybody' && !admitted(promised, text, outcome.exchanges, cast))
    wrong.push(`accepted: ${statusCode} without a live session`)
  if (name === 'login' && !signedIn(sent, outcome.exchanges, cast)) wrong.push('accepted: a login without its password')
  const secret = ONE_TIME[name]?.(cast)
  if (secret && !text.includes(secret)) wrong.push('accepted: without the secret that works once')
  if (misattributed) wrong.push(`${misattributed}: an answer, taken as this one`)
  return [...wrong, ...strangers(name, text, body, outcome.exchanges, cast, emailsOf(stored))]
}

function judgeAuthorizer(
  { result, thrown, exchanges }: Outcome,
  text: string,
  cast: Cast,
  isSpoilt: boolean,
): string[] {
  const misattributed = misattribution(exchanges)
  if (thrown !== undefined) {
    const { message, code } = thrown as Error & { code?: string }
    if (code === 'unavailable') return isSpoilt ? [] : ['status: unavailable']
    if (misattributed) return [`${misattributed}: an answer, taken as a refusal`]
    return /^Unauthorized$|no methodArn/.test(message) ? [] : [`thrown: ${thrown}`]
  }
  const said = result as {
    isAuthorized?: boolean
    policyDocument?: { Statement: [{ Effect: string }] }
    context?: object
  }
  if (leaks(JSON.stringify(said), secretsOf(cast))) return ['leak: a decision holds a secret']
  const isAllowed = said.isAuthorized ?? said.policyDocument?.Statement[0].Effect === 'Allow'
  if (misattributed) return [`${misattributed}: an answer, taken as this one`]
  if (!isAllowed) return 'context' in said ? ['shape: a refusal with a context'] : []
  const who = admitted({ ok: [], codes: [], by: 'session' }, text, exchanges, cast)
  return who !== undefined && (said.context as { userId?: string })?.userId === who
    ? []
    : ['accepted: allowed without a live session']
}

/** Whether a load balancer or gateway of either format reports the method HEAD. */
const isHead = (event: unknown) => /"(?:httpMethod|method)":"HEAD"/.test(JSON.stringify(event))

const crashOf = ({ log }: Outcome) => log.find((line) => line.includes('sys_crash'))?.slice(0, 700) ?? ''

/** An email that a case stored in a user's item may be shown. */
const emailsOf = (stored: NonNullable<Trial['stored']>) => stored.map(([, { email }]) => email?.S?.trim().toLowerCase())

/** No data of a member whom the request does not name is shown or written. */
function strangers(
  name: string,
  text: string,
  body: string,
  exchanges: readonly Exchange[],
  cast: Cast,
  planted: readonly (string | undefined)[],
): string[] {
  if (name === 'admin-list-users' || name === 'admin-recent-activity') return []
  const others = Object.values(cast.members).filter(({ id, email }) => {
    const isNamed = text.includes(id) || text.toLowerCase().includes(email)
    return !isNamed && !cast.handles.get(id)?.some((handle) => text.includes(handle))
  })
  return others.flatMap(({ id, email }) => {
    const isWritten = exchanges.some(
      ({ call: { operation }, asked }) =>
        !/^(GetItem|Query|Scan|BatchGetItem)$/.test(operation) && isUserId(id) && JSON.stringify(asked).includes(id),
    )
    const isShown = body.includes(id) || (body.includes(email) && !planted.includes(email))
    return [...(isWritten ? ['stranger: written'] : []), ...(isShown ? ['stranger: shown'] : [])]
  })
}

/** The body that the client sent, as text. */
function sentBody(event: unknown): string {
  const { body, isBase64Encoded } = (event ?? {}) as { body?: unknown; isBase64Encoded?: unknown }
  if (typeof body !== 'string') return ''
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
}
