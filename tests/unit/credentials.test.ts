import { describe, expect, test } from 'vitest'
import { type AnyCoatcheckError, UnauthenticatedError } from '../../lib/errors.ts'
import { findCredentials, soleCredential } from '../../lib/http/credentials.ts'
import { readRequest } from '../../lib/http/request.ts'

const NAME = '__Host-session'
const found = (authorization?: string, cookie?: string) =>
  findCredentials(readRequest({ headers: { authorization, cookie } }), NAME)
const sole = (authorization?: string, cookie?: string) => soleCredential(found(authorization, cookie))
const refusal = (authorization?: string, cookie?: string): AnyCoatcheckError => {
  try {
    sole(authorization, cookie)
  } catch (error) {
    return error as AnyCoatcheckError
  }
  throw new Error('it was taken')
}

describe('a bearer token', () => {
  test.each(['Bearer t', 'bearer t', 'BEARER   t', '  Bearer t  '])('is found in %j', (header) => {
    expect(found(header)).toEqual({ cookies: [], bearers: ['t'], authorizations: 1 })
    expect(sole(header)).toEqual({ kind: 'bearer', token: 't' })
  })

  test.each(['Bearer', 'Bearer ', 'Bearer\tt', 'Bearer t u'])(
    'is not found in %j, which still counts as a presented bearer token',
    (header) => {
      expect(found(header)).toEqual({ cookies: [], bearers: [], authorizations: 1 })
      expect(refusal(header)).toMatchObject({ code: 'unauthenticated', presented: true })
    },
  )
})

test.each([
  'Basic YTpi',
  'Negotiate YII=',
  'Digest username="a", nonce="b", qop=auth',
  'Bearert',
  'xBearer t',
  'Basic Bearer t',
  '',
])('Authorization %j is no credential of ours and is ignored', (header) => {
  expect(found(header)).toEqual({ cookies: [], bearers: [], authorizations: 0 })
  expect(refusal(header)).toMatchObject({ code: 'unauthenticated', presented: false })
  expect(sole(header, `${NAME}=t`)).toEqual({ kind: 'cookie', token: 't' })
  if (header.includes(' ')) expect(sole(`${header},Bearer t`)).toEqual({ kind: 'bearer', token: 't' })
  else expect(refusal(`${header},Bearer t`)).toMatchObject({ code: 'invalid_request' })
})

test('a request without cookie and Authorization has no credential', () => {
  expect(found()).toEqual({ cookies: [], bearers: [], authorizations: 0 })
  expect(refusal()).toBeInstanceOf(UnauthenticatedError)
  expect(refusal()).toMatchObject({ presented: false })
  expect(refusal(undefined, 'other=1')).toMatchObject({ presented: false })
})

test('a session cookie is a credential, even if empty', () => {
  expect(sole(undefined, `a=1; ${NAME}=t`)).toEqual({ kind: 'cookie', token: 't' })
  expect(sole(undefined, `${NAME}=`)).toEqual({ kind: 'cookie', token: '' })
})

test.each([
  ['Bearer t', `${NAME}=t`, 'both a session cookie and a bearer token'],
  ['Bearer', `${NAME}=t`, 'both a session cookie and a bearer token'],
  ['Bearer t,Bearer t', undefined, 'more than one bearer token'],
  ['Bearer t,Bearer', undefined, 'more than one bearer token'],
  [undefined, `${NAME}=t; ${NAME}=t`, 'more than once'],
])('two credentials, %j and %j, are refused', (authorization, cookie, says) => {
  const error = refusal(authorization, cookie)
  expect(error.code).toBe('invalid_request')
  expect(error.message).toContain(says)
})
