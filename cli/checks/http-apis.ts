import { clientOptions } from '../aws.ts'
import { type Gateway, paged } from './authorizers.ts'

/** Opens the HTTP and WebSocket APIs. @throws Error if the SDK package is not installed. */
export async function openHttpApis(region: string | undefined): Promise<Gateway> {
  const { ApiGatewayV2Client, GetApisCommand, GetAuthorizersCommand } = await import('@aws-sdk/client-apigatewayv2')
  const client = new ApiGatewayV2Client(clientOptions({ region }))
  return {
    apis: () =>
      paged(
        (NextToken, how) => client.send(new GetApisCommand({ NextToken }), how),
        ({ Items, NextToken }) => ({
          next: NextToken,
          entries: Items?.map(({ ApiId: id = '', Name: name = id, ProtocolType }) => ({
            id,
            name,
            kind: ProtocolType === 'WEBSOCKET' ? ('WebSocket' as const) : ('HTTP' as const),
          })),
        }),
      ),
    authorizers: (ApiId) =>
      paged(
        (NextToken, how) => client.send(new GetAuthorizersCommand({ ApiId, NextToken }), how),
        ({ Items, NextToken }) => ({
          next: NextToken,
          entries: Items?.map(({ AuthorizerId = '', Name, AuthorizerUri, AuthorizerResultTtlInSeconds }) => ({
            name: Name ?? AuthorizerId,
            uri: AuthorizerUri ?? '',
            ttlSeconds: AuthorizerResultTtlInSeconds,
            command: `aws apigatewayv2 update-authorizer --api-id ${ApiId} --authorizer-id ${AuthorizerId} --authorizer-result-ttl-in-seconds 0`,
          })),
        }),
      ),
    destroy: () => client.destroy(),
  }
}
