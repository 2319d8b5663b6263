import {
  ACCOUNT,
  all,
  groupValues,
  last,
  REGION,
  record,
  type TestRequest,
  takeApart,
  withCookieHeader,
} from './request.ts'

/** The event of an Application Load Balancer; single or multi-value fields are a setting of its target group. */
export interface AlbEvent {
  requestContext: { elb: { targetGroupArn: string } }
  httpMethod: string
  path: string
  queryStringParameters?: Record<string, string>
  multiValueQueryStringParameters?: Record<string, string[]>
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: boolean
}

/**
 * Creates the event of an Application Load Balancer, which does not decode query parameters.
 * @param request `multiValue: true` puts headers and query parameters into the multi-value fields.
 * @example
 * ```ts
 * import { albEvent } from 'coatcheck/testing'
 *
 * albEvent({ path: '/notes?tag=home', multiValue: true })
 * ```
 */
export function albEvent({ multiValue = false, ...request }: TestRequest & { multiValue?: boolean } = {}): AlbEvent {
  const parts = takeApart(request, 'app.example.com')
  const headers = withCookieHeader(parts, 'cookie')
  const pairs = parts.rawQuery.split('&').filter((pair) => pair !== '')
  const query = groupValues(pairs.map((pair): [string, string] => splitOnce(pair)))
  return {
    requestContext: {
      elb: {
        targetGroupArn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/test/49e9d65c45c6791a`,
      },
    },
    httpMethod: parts.method,
    path: parts.path,
    ...(multiValue
      ? { multiValueQueryStringParameters: record(query, all), multiValueHeaders: record(headers, all) }
      : { queryStringParameters: record(query, last), headers: record(headers, last) }),
    body: parts.body ?? '',
    isBase64Encoded: false,
  }
}

function splitOnce(pair: string): [name: string, value: string] {
  const [name = '', ...value] = pair.split('=')
  return [name, value.join('=')]
}
