// The part of the AWS SDK that `lazy-connection.ts` loads on demand. The bundles of Lambda functions have it in a file of
// its own (`build/esbuild.ts`), so nothing of Coatcheck may be imported here: it would be there twice.

export { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
