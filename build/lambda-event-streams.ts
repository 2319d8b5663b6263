/**
 * Stands in for `@smithy/core/event-streams` in the Lambda bundles (`custom.esbuild.alias`). The SDK's protocol loads it
 * for operations that stream events; DynamoDB has none.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('DynamoDB has no event streams')
  }
}

/** Never asked for. */
export const eventStreamSerdeProvider = EventStreamSerde
