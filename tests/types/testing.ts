import type {
  ALBEvent,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
  LambdaFunctionURLEvent,
} from 'aws-lambda'
import {
  albEvent,
  functionUrlEvent,
  httpApiEvent,
  invoke,
  restApiAuthorizerEvent,
  restApiEvent,
  tokenAuthorizerEvent,
} from 'coatcheck/testing'

// Compile-only: handlers typed with `@types/aws-lambda` accept the events.

export const events: [
  APIGatewayProxyEventV2,
  LambdaFunctionURLEvent,
  APIGatewayProxyEvent,
  ALBEvent,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
] = [httpApiEvent(), functionUrlEvent(), restApiEvent(), albEvent(), restApiAuthorizerEvent(), tokenAuthorizerEvent()]

export async function callTyped(
  handler: (event: APIGatewayProxyEventV2WithLambdaAuthorizer<{ userId: string }>) => Promise<{ statusCode: number }>,
): Promise<number> {
  return (await invoke(handler, httpApiEvent({ authorizer: {} }))).statusCode
}

// @ts-expect-error a Function URL has no Lambda authorizer
functionUrlEvent({ authorizer: {} })
// @ts-expect-error a load balancer has no Lambda authorizer
albEvent({ authorizer: {} })
// @ts-expect-error no authorizer has an authorizer
restApiAuthorizerEvent({ authorizer: {} })
