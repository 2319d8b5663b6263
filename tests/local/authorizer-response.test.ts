import { describe, expect, test } from 'vitest'
import { readAuthorizerResponse } from '../../local/authorizer-response.ts'
import type { Authorizer } from '../../local/authorizers.ts'

const ARN = 'arn:aws:execute-api:us-east-1:123456789012:local/$default/GET/orders/1'
const STAGE = ARN.replace('GET/orders/1', '*')
const authorizer = (simple: boolean): Authorizer => ({
  name: 'it',
  functionName: 'it',
  functionArn: undefined,
  payloadVersion: '2.0',
  simple,
  identitySource: [],
})
const read = (answer: unknown, simple = false) =>
  readAuthorizerResponse(JSON.stringify(answer), authorizer(simple), ARN)
const statement = (changes: object = {}) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: STAGE,
  ...changes,
})
const policy = (...Statement: object[]) => ({ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement } })

describe('an authorizer response with a policy', () => {
  test.each([
    [true, [statement()]],
    [true, [statement({ Resource: ARN })]],
    [true, [statement({ Resource: [`${ARN}/x`, '*'] })]],
    [true, [statement({ Resource: ARN.replace('/1', '/?') })]],
    [true, [statement({ Action: 'execute-api:*', Sid: 'named' })]],
    [true, [statement({ Action: ['other:Thing', 'EXECUTE-API:invoke'] })]],
    [true, [statement(), statement({ Effect: 'Deny', Resource: `${ARN}/x` })]],
    [false, []],
    [false, [statement({ Effect: 'Deny' })]],
    [false, [statement(), statement({ Effect: 'Deny', Resource: ARN })]],
    [false, [statement({ Effect: 'Deny', Resource: ARN }), statement()]],
    [false, [statement({ Resource: ARN.replace('GET', 'POST') })]],
    [false, [statement({ Resource: ARN.toUpperCase() })]],
    [false, [statement({ Resource: ARN.slice(0, -1) })]],
    [false, [statement({ Resource: ARN.replace('GET', '...') })]],
    [false, [statement({ Action: 'execute-api:ManageConnections' })]],
  ])('allows the request (%s) for %j', (allowed, statements) => {
    expect(read(policy(...statements)).allowed).toBe(allowed)
  })

  test('accepts a single statement that is not in a list', () => {
    expect(read({ policyDocument: { Statement: statement() }, context: { a: 1 } })).toEqual({
      allowed: true,
      context: { a: 1 },
    })
  })

  test.each([
    [
      'a condition',
      policy(statement({ Effect: 'Deny', Condition: {} })),
      'Condition in a policy statement is not supported',
    ],
    ['NotResource', policy(statement({ NotResource: ARN })), 'NotResource in a policy statement is not supported'],
    [
      'an unknown effect',
      policy(statement({ Effect: 'allow' })),
      'the Effect of a statement is neither Allow nor Deny',
    ],
    ['no resource', policy(statement({ Resource: undefined })), 'needs Action and Resource'],
    ['a variable', policy(statement({ Resource: ['${aws', '*'] })), 'without variables'],
    ['no statement', { policyDocument: {} }, 'policyDocument has no Statement'],
    [
      'a policy as a string',
      { policyDocument: JSON.stringify(policy(statement())) },
      'policyDocument has no Statement',
    ],
    ['a simple response', { isAuthorized: true }, 'Set enableSimpleResponses to return isAuthorized'],
  ])('with %s is an error', (_what, answer, message) => {
    expect(() => read(answer)).toThrow(message)
  })
})

describe('a simple authorizer response', () => {
  test.each([
    [{ isAuthorized: true }, { allowed: true, context: null }],
    [
      { isAuthorized: true, context: { a: [1] } },
      { allowed: true, context: { a: [1] } },
    ],
    [{ isAuthorized: false, context: { a: 1 } }, { allowed: false }],
  ])('%j is read', (answer, authorizerResponse) => {
    expect(read(answer, true)).toEqual(authorizerResponse)
  })

  test.each([
    [null],
    [true],
    ['true'],
    [[]],
    [{}],
    [{ isAuthorized: 1 }],
    [{ isAuthorized: 'true' }],
    [{ isauthorized: true }],
    [policy(statement())],
    [{ isAuthorized: true, context: 'text' }],
    [{ isAuthorized: true, context: [] }],
  ])('%j is an error', (answer) => {
    expect(() => read(answer, true)).toThrow()
  })
})
