/**
 * Replaces `@smithy/core/event-streams` in the Lambda bundles (`build/esbuild.ts`). The SDK loads it for operations
 * with event streams, which DynamoDB does not have.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('DynamoDB has no event streams')
  }
}

/** Never called. */
export const eventStreamSerdeProvider = EventStreamSerde
