/** The APIs of one kind in an account and Region. */
export interface Gateway {
  apis(): AsyncIterable<GatewayApi>
  authorizers(apiId: string): AsyncIterable<GatewayAuthorizer>
  destroy(): void
}

export interface GatewayApi {
  readonly id: string
  readonly kind: 'HTTP' | 'REST' | 'WebSocket'
  readonly name: string
}

export interface GatewayAuthorizer {
  readonly name: string
  /** The invocation URI of its function. */
  readonly uri: string
  /** How long its results are cached; `undefined` if it is not set. */
  readonly ttlSeconds: number | undefined
  /** The payload format; only HTTP APIs have one. */
  readonly payload?: string | undefined
  readonly simpleResponses?: boolean | undefined
  /** What a request must have for the authorizer to be asked. */
  readonly identitySources?: readonly string[] | undefined
  /** The AWS CLI command that sets an option; by default, `ttlSeconds` to 0. */
  readonly command: (option?: string) => string
}
