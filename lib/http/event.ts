/**
 * The parts of an event that Coatcheck reads, for every event source: HTTP API and Function URL (payload 2.0), REST API
 * and HTTP API (1.0), load balancer, VPC Lattice (2.0), WebSocket API, and the request authorizers of these. Any part may be
 * missing.
 */
export interface HttpEvent {
  readonly version?: string | undefined
  readonly type?: string | undefined
  /** VPC Lattice has a list of values for each name, here and in the query. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined
  readonly cookies?: readonly string[] | null | undefined
  readonly queryStringParameters?: Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined
  /** As sent, percent-encoded. */
  readonly rawQueryString?: string | undefined
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null | undefined
  readonly rawPath?: string | undefined
  readonly path?: string | undefined
  readonly httpMethod?: string | undefined
  /** Of VPC Lattice. */
  readonly method?: string | undefined
  readonly body?: unknown
  readonly isBase64Encoded?: boolean | undefined
  readonly methodArn?: string | undefined
  readonly authorizationToken?: string | undefined
  readonly requestContext?: HttpEventContext | undefined
}

/** The parts of `requestContext` that Coatcheck reads. */
export interface HttpEventContext {
  readonly http?: {
    readonly method?: string | undefined
    readonly sourceIp?: string | undefined
    readonly userAgent?: string | undefined
  }
  readonly identity?: { readonly sourceIp?: string | null | undefined } | undefined
  readonly elb?: object | undefined
  /** Of VPC Lattice. */
  readonly serviceNetworkArn?: string | undefined
  readonly stage?: string | undefined
  readonly domainName?: string | undefined
  readonly routeKey?: string | undefined
  readonly connectionId?: string | undefined
  readonly eventType?: string | undefined
  /** The authorizer's context; HTTP API 2.0 puts it into `lambda`. */
  readonly authorizer?: unknown
}
