import { describe, expect, test } from 'vitest'
import type { Authorizer } from '../../local/authorizers.ts'
import { readVerdict } from '../../local/verdict.ts'

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
const read = (answer: unknown, simple = false) => readVerdict(JSON.stringify(answer), authorizer(simple), ARN)
const statement = (changes: object = {}) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: STAGE,
  ...changes,
})
const policy = (...Statement: object[]) => ({ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement } })

describe('a policy', () => {
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
  ])('%s: %j', (allowed, statements) => {
    expect(read(policy(...statements)).allowed).toBe(allowed)
  })

  test('with one statement that is no list', () => {
    expect(read({ policyDocument: { Statement: statement() }, context: { a: 1 } })).toEqual({
      allowed: true,
      context: { a: 1 },
    })
  })

  test.each([
    ['a condition', policy(statement({ Effect: 'Deny', Condition: {} })), 'Condition in a policy is not supported'],
    ['NotResource', policy(statement({ NotResource: ARN })), 'NotResource in a policy is not supported'],
    ['another effect', policy(statement({ Effect: 'allow' })), 'neither the Effect Allow nor Deny'],
    ['no resource', policy(statement({ Resource: undefined })), 'no Action or Resource'],
    ['a variable', policy(statement({ Resource: ['${aws', '*'] })), 'one with a variable'],
    ['no statement', { policyDocument: {} }, 'no policyDocument with a Statement'],
    ['a policy as text', { policyDocument: JSON.stringify(policy(statement())) }, 'no policyDocument'],
    ['a simple answer', { isAuthorized: true }, 'For isAuthorized set enableSimpleResponses'],
  ])('with %s is none', (_what, answer, message) => {
    expect(() => read(answer)).toThrow(message)
  })
})

describe('a simple answer', () => {
  test.each([
    [{ isAuthorized: true }, { allowed: true, context: null }],
    [
      { isAuthorized: true, context: { a: [1] } },
      { allowed: true, context: { a: [1] } },
    ],
    [{ isAuthorized: false, context: { a: 1 } }, { allowed: false }],
  ])('%j', (answer, verdict) => {
    expect(read(answer, true)).toEqual(verdict)
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
  ])('%j is none', (answer) => {
    expect(() => read(answer, true)).toThrow()
  })
})
