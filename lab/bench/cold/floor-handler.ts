import { Agent, request } from 'node:https'
import { signatureV4 } from '../../../lib/dynamodb/signature.ts'
import { signedHeaders } from '../../../lib/dynamodb/signed-headers.ts'

// The least that a function with one GetItem can be: a request signed by hand, no retry, no timeout, no check.

const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', SESSIONS_TABLE } = process.env
const host = `dynamodb.${AWS_REGION}.amazonaws.com`
const agent = new Agent({ keepAlive: true })
const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
const sign = signatureV4(AWS_REGION, 'dynamodb')

export async function handler({ userId, sessionId }: { userId: string; sessionId: string }) {
  const Key = { userId: { S: userId }, sessionId: { S: sessionId } }
  const body = JSON.stringify({ TableName: SESSIONS_TABLE, Key, ConsistentRead: true })
  const target = 'DynamoDB_20120810.GetItem'
  const unsigned = { host, contentType: 'application/x-amz-json-1.0', target, body, at: Date.now() }
  const { Item } = await post(signedHeaders(unsigned, credentials, sign), body)
  return { statusCode: Item ? 200 : 401, body: JSON.stringify({ userId: Item?.userId?.S }) }
}

function post(headers: Record<string, string>, body: string): Promise<{ Item?: Record<string, { S?: string }> }> {
  return new Promise((resolve, reject) => {
    const call = request({ host, method: 'POST', path: '/', agent, headers }, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve(JSON.parse(text))
    })
    call.on('error', reject)
    call.end(body)
  })
}
