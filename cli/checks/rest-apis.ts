import { clientOptions } from '../aws.ts'
import { paged } from './authorizers.ts'
import type { Gateway } from './gateway.ts'

/** API Gateway's default for an authorizer without a TTL. */
const DEFAULT_TTL_SECONDS = 300
const limit = 500

/** Opens the REST APIs. @throws Error if the SDK package is not installed. */
export async function openRestApis(region: string | undefined): Promise<Gateway> {
  const { APIGatewayClient, GetAuthorizersCommand, GetRestApisCommand } = await import('@aws-sdk/client-api-gateway')
  const client = new APIGatewayClient(clientOptions({ region }))
  return {
    apis: () =>
      paged(
        (position, how) => client.send(new GetRestApisCommand({ limit, position }), how),
        ({ items, position }) => ({
          next: position,
          entries: items?.map(({ id = '', name = id }) => ({ id, name, kind: 'REST' as const })),
        }),
      ),
    authorizers: (restApiId) =>
      paged(
        (position, how) => client.send(new GetAuthorizersCommand({ restApiId, limit, position }), how),
        ({ items, position }) => ({
          next: position,
          entries: items?.map(
            ({ id = '', name = id, authorizerUri, authorizerResultTtlInSeconds, identitySource }) => ({
              name,
              uri: authorizerUri ?? '',
              ttlSeconds: authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS,
              identitySources: identitySource?.split(',').filter((each) => each !== ''),
              command: () =>
                `aws apigateway update-authorizer --rest-api-id ${restApiId} --authorizer-id ${id} --patch-operations op=replace,path=/authorizerResultTtlInSeconds,value=0`,
            }),
          ),
        }),
      ),
    destroy: () => client.destroy(),
  }
}
