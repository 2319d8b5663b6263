/** The modules that are replaced, and the files beside this one that replace them. */
export const STAND_INS: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'lambda-credentials',
  '@aws-sdk/middleware-endpoint-discovery': 'lambda-endpoint-discovery',
  '@smithy/core/event-streams': 'lambda-event-streams',
}
