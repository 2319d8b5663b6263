import type { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2'
import { clientOptions } from '../aws.ts'
import { paged } from './authorizers.ts'
import type { Gateway } from './gateway.ts'

/** Opens the HTTP and WebSocket APIs. @throws Error if the SDK package is not installed. */
export async function openHttpApis(region: string | undefined): Promise<Gateway> {
  const { ApiGatewayV2Client, GetApisCommand, GetAuthorizersCommand } = await import('@aws-sdk/client-apigatewayv2')
  const client = new ApiGatewayV2Client(clientOptions({ region }))
  return {
    apis: () => listApis(client, GetApisCommand),
    authorizers: (ApiId) =>
      paged(
        (NextToken, how) => client.send(new GetAuthorizersCommand({ ApiId, NextToken }), how),
        ({ Items, NextToken }) => ({
          next: NextToken,
          entries: Items?.map((item) => ({
            name: item.Name ?? item.AuthorizerId ?? '',
            uri: item.AuthorizerUri ?? '',
            ttlSeconds: item.AuthorizerResultTtlInSeconds,
            payload: item.AuthorizerPayloadFormatVersion,
            simpleResponses: item.EnableSimpleResponses,
            identitySources: item.IdentitySource,
            command: (option = '--authorizer-result-ttl-in-seconds 0') =>
              `aws apigatewayv2 update-authorizer --api-id ${ApiId} --authorizer-id ${item.AuthorizerId} ${option}`,
          })),
        }),
      ),
    destroy: () => client.destroy(),
  }
}

/** Lists the HTTP and WebSocket APIs: one call, and one for each further page. */
export const listApis = (client: ApiGatewayV2Client, Command: typeof GetApisCommand) =>
  paged(
    (NextToken, how) => client.send(new Command({ NextToken }), how),
    ({ Items, NextToken }) => ({
      next: NextToken,
      entries: Items?.map(({ ApiId: id = '', Name: name = id, ProtocolType }) => ({
        id,
        name,
        kind: ProtocolType === 'WEBSOCKET' ? ('WebSocket' as const) : ('HTTP' as const),
      })),
    }),
  )
