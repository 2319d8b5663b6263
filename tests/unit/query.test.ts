import { expect, test } from 'vitest'
import { noContent } from '../../functions/http/answer.ts'
import { publicRoute } from '../../functions/http/route.ts'
import { parseConfig } from '../../lib/config.ts'
import type { HttpEvent } from '../../lib/http/event.ts'

const route = publicRoute({ config: parseConfig({}), log: () => {} }, { query: ['name'] }, () => noContent())
const answerTo = (event: HttpEvent) => route(event, {} as never)
const elb = { requestContext: { elb: {} } }

test.each<[name: string, event: HttpEvent]>([
  ['in the raw query', { rawQueryString: 'name=%ff', queryStringParameters: { name: 'ÿ' } }],
  ['decoded to U+FFFD in a value', { queryStringParameters: { name: 'a\ufffd' } }],
  ['decoded to U+FFFD in a name', { queryStringParameters: { 'na\ufffdme': 'a' } }],
  ['decoded to a lone surrogate', { queryStringParameters: { name: '\ud800' } }],
  [
    'repeated, of a REST API',
    { queryStringParameters: { name: 'b' }, multiValueQueryStringParameters: { name: ['\ufffd', 'b'] } },
  ],
  ['encoded, of a load balancer', { ...elb, queryStringParameters: { name: '%e2%82' } }],
])('a route refuses query bytes that are not UTF-8 (%s) with 400', async (_, event) => {
  const answer = await answerTo(event)
  expect(answer.statusCode).toBe(400)
  expect(JSON.stringify(answer)).toContain('The query is not valid UTF-8')
})

test.each<[name: string, event: HttpEvent]>([
  ['text', { rawQueryString: 'name=%E2%98%95+%25', queryStringParameters: { name: '☕ %' } }],
  ['a lone percent sign', { rawQueryString: 'name=100%', queryStringParameters: { name: '100%' } }],
  ['a raw query of another type', { rawQueryString: 7 as never, queryStringParameters: { name: 'a' } }],
  ['encoded text of a load balancer', { ...elb, queryStringParameters: { name: '%E2%98%95+%25' } }],
])('a route accepts a query with %s', async (_, event) => {
  expect(await answerTo(event)).toMatchObject({ statusCode: 204 })
})
