import type { IncomingMessage } from 'node:http'
import { nanoid } from 'nanoid'
import { createEvent, parseTarget, withAuthorizer } from '../../../local/event.ts'
import { readResult } from '../../../local/response.ts'
import { createRouter } from '../../../local/router.ts'
import type { Outcome } from '../machine/runtime-api.ts'
import type { Sandbox } from '../machine/sandbox.ts'
import { isOfWebSocketApi, referredId, resourcesOf, type Template } from '../template/template.ts'

export interface Sent {
  readonly bearer?: string
  readonly cookie?: string
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: unknown
  readonly ip?: string
  /** The context of an authorizer, for routes that have one: without it they are refused, as API Gateway does. */
  readonly authorizer?: object
}

export interface Answer {
  readonly functionName: string
  readonly outcome: Outcome
  readonly status: number
  readonly headers: [string, string][]
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
  readonly json: any
}

const REFUSED: Outcome = { kind: 'response', body: '{}' }

/** An HTTP API with the routes of the template, in front of the sandboxes. */
export interface Gateway {
  /** The keys of all routes, such as `GET /health`. */
  readonly routes: readonly string[]
  /** The event of a request, and the function that its route leads to; no event if the authorizer refuses it. */
  event(method: string, target: string, sent?: Sent): { functionName: string; event: object | undefined }
  request(method: string, target: string, sent?: Sent): Promise<Answer>
}

export function createGateway(template: Template, sandboxes: ReadonlyMap<string, Sandbox>): Gateway {
  const byLogicalId = new Map([...sandboxes].map(([name, { definition }]) => [definition.lambdaName, name]))
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').filter(
    ([, route]) => !isOfWebSocketApi(template, route),
  )
  const declared = routes.map(([, { Properties: own }]) => {
    const [method = '', path = '$default'] = own.RouteKey === '$default' ? ['ANY'] : own.RouteKey.split(' ')
    const integration = template.Resources[referredId(own.Target['Fn::Join'][1][1]) ?? '']
    const target = template.Resources[referredId(integration?.Properties.IntegrationUri) ?? '']
    const name = byLogicalId.get(target?.Properties.FunctionName)
    if (name === undefined) throw new Error(`The route ${own.RouteKey} leads to no function of the template.`)
    const leadsTo = { name, isAuthorized: own.AuthorizationType === 'CUSTOM' }
    return [{ method, path }, leadsTo] as [{ method: string; path: string }, typeof leadsTo]
  })
  const router = createRouter(declared)

  function event(method: string, target: string, sent: Sent = {}) {
    const parsed = parseTarget(target)
    const match = parsed && router.match(method, parsed.path)
    if (!parsed || !match) throw new Error(`No route fits ${method} ${target}.`)
    const body = sent.body === undefined ? '' : typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body)
    const headers: Record<string, string> = {
      host: 'auth.example.com',
      'user-agent': 'rehearsal/1.0',
      ...(sent.bearer !== undefined && { authorization: `Bearer ${sent.bearer}` }),
      ...(sent.cookie !== undefined && { cookie: sent.cookie }),
      ...(sent.origin !== undefined && { origin: sent.origin }),
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...sent.headers,
    }
    const request = {
      method,
      httpVersion: '1.1',
      rawHeaders: Object.entries(headers).flat(),
      socket: { remoteAddress: sent.ip ?? '192.0.2.1', localPort: 443 },
    }
    const made = createEvent(request as unknown as IncomingMessage, parsed, match, Buffer.from(body), nanoid())
    const { name, isAuthorized } = match.target
    if (!isAuthorized) return { functionName: name, event: made }
    return { functionName: name, event: sent.authorizer && withAuthorizer(made, sent.authorizer) }
  }

  return {
    routes: declared.map(([{ method, path }]) => (path === '$default' ? path : `${method} ${path}`)),
    event,
    async request(method, target, sent) {
      const { functionName, event: made } = event(method, target, sent)
      if (!made) return { functionName, outcome: REFUSED, status: 403, headers: [], text: '', json: undefined }
      const outcome = await (sandboxes.get(functionName) as Sandbox).invoke(made)
      if (outcome.kind !== 'response')
        return { functionName, outcome, status: 500, headers: [], text: outcome.body, json: undefined }
      const { status, headers, body } = readResult(outcome.body)
      const text = body.toString()
      const isJson = headers.some(([name, value]) => name === 'content-type' && value.includes('json'))
      return { functionName, outcome, status, headers, text, json: isJson && text ? JSON.parse(text) : undefined }
    },
  }
}
