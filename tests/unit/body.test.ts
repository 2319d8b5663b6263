import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { bodyText, formFields } from '../../functions/http/body-text.ts'
import { formBody } from '../../functions/http/form-body.ts'
import { type BodyReader, jsonBody } from '../../functions/http/json-body.ts'
import {
  type AnyCoatcheckError,
  InvalidRequestError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
} from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { repeatedKey } from '../../lib/http/repeated-key.ts'

const LIMIT = 16_384
const schema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(20_000, 'is too long')),
  age: v.optional(v.number()),
  'a/b~c': v.optional(v.number()),
  list: v.optional(v.array(v.number())),
})

function read<Body, Sent>(reader: BodyReader<Body, Sent>, event: HttpEvent): unknown {
  const request = { event: { ...event } as HttpEvent & { body?: unknown } }
  reader.before?.(request as never)
  return request.event.body
}
function refusal(work: () => unknown): AnyCoatcheckError {
  try {
    work()
  } catch (error) {
    return error as AnyCoatcheckError
  }
  throw new Error('it was taken')
}
const JSON_TYPE = { 'Content-Type': 'application/json' }
const json = (body: unknown, headers: Record<string, string> = JSON_TYPE, more: object = {}) =>
  read(jsonBody(schema), { headers, body, ...more })
const partsOf = (body: string) => {
  const error = refusal(() => json(body)) as InvalidRequestError
  expect(error).toBeInstanceOf(InvalidRequestError)
  return error.errors
}

describe('a JSON body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; x=y',
    'application/json \t;x=y',
    'application/json ',
  ])('is parsed by its schema with the content type %j', (type) => {
    expect(json('{"name":"a","age":1}', { 'content-type': type })).toEqual({ name: 'a', age: 1 })
  })

  test('is parsed with the content type in any header field of the event', () => {
    expect(json('{"name":"a"}', { 'CONTENT-TYPE': 'application/json' })).toEqual({ name: 'a' })
    const multiValueHeaders = { 'content-type': ['application/json'] }
    expect(read(jsonBody(schema), { multiValueHeaders, body: '{"name":"a"}' })).toEqual({ name: 'a' })
  })

  test('is parsed if Base64-encoded', () => {
    const body = Buffer.from('{"name":"ä"}').toString('base64')
    expect(json(body, JSON_TYPE, { isBase64Encoded: true })).toEqual({ name: 'ä' })
  })

  test.each(['', 'text/plain', 'text/json', 'application/jsonp', 'application/json-patch+json', 'x application/json'])(
    'is refused with the content type %j',
    (type) => {
      expect(refusal(() => json('{"name":"a"}', { 'content-type': type }))).toBeInstanceOf(UnsupportedMediaTypeError)
    },
  )

  test('is refused without a content type', () => {
    expect(refusal(() => json('{"name":"a"}', {}))).toBeInstanceOf(UnsupportedMediaTypeError)
  })

  test('may have 16 KiB, measured in bytes', () => {
    const of = (bytes: number, letter = 'a') => {
      const frame = JSON.stringify({ name: '' }).length
      return JSON.stringify({ name: letter.repeat((bytes - frame) / Buffer.byteLength(letter)) })
    }
    expect(json(of(LIMIT))).toMatchObject({ name: expect.any(String) })
    expect(refusal(() => json(of(LIMIT + 1)))).toBeInstanceOf(PayloadTooLargeError)
    expect(refusal(() => json(of(LIMIT + 11, 'ää')))).toBeInstanceOf(PayloadTooLargeError)
    expect(refusal(() => json(of(LIMIT + 1), { 'content-type': 'text/plain' }))).toBeInstanceOf(PayloadTooLargeError)
  })

  test.each(['', '{', 'canary', '{"name":"a"} x'])('of invalid JSON, %j, is refused without repeating it', (body) => {
    const error = refusal(() => json(body))
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: 'The request body is not valid JSON. Send one JSON object.',
      errors: [],
    })
    expect(error.cause).toBeUndefined()
  })

  test('is refused with the pointer of a duplicate key', () => {
    const error = refusal(() => json('{"name":"a","x/y":1,"x/y":2}')) as InvalidRequestError
    expect(error.message).toBe('The request body has a duplicate field. Send each field once.')
    expect(error.errors).toEqual([{ pointer: '/x~1y', detail: 'duplicate field' }])
  })

  test('is refused with each invalid part, without values', () => {
    expect(partsOf('{"name":1,"age":"canary"}')).toEqual([
      { pointer: '/name', detail: 'expected string' },
      { pointer: '/age', detail: 'expected number' },
    ])
    expect(partsOf('{}')).toEqual([{ pointer: '/name', detail: 'missing field' }])
    expect(partsOf('{"name":"a","other":"canary"}')).toEqual([{ pointer: '/other', detail: 'unknown field' }])
    expect(partsOf('{"name":"a","a/b~c":"x"}')).toEqual([{ pointer: '/a~1b~0c', detail: 'expected number' }])
    expect(partsOf('{"name":"a","list":[1,"x"]}')).toEqual([{ pointer: '/list/1', detail: 'expected number' }])
    expect(partsOf(`{"name":"a","${'k'.repeat(99)}":1}`)[0]?.pointer).toBe(`/${'k'.repeat(64)}`)
    for (const none of ['[]', '[1]', '[{"name":"a"}]'])
      expect(partsOf(none)).toEqual([{ pointer: '', detail: 'expected Object' }])
    expect(partsOf('7')).toEqual([{ pointer: '', detail: 'expected Object' }])
    expect(refusal(() => json('{}')).message).toBe('The request body is invalid. `errors` says what each part must be.')
  })

  test('must be an object, even if all fields are optional', () => {
    const optional = jsonBody(v.strictObject({ name: v.optional(v.string()) }))
    expect(read(optional, { headers: JSON_TYPE, body: '{}' })).toEqual({})
    expect(refusal(() => read(optional, { headers: JSON_TYPE, body: '[]' }))).toBeInstanceOf(InvalidRequestError)
  })

  test('gets the schema’s own message for a broken rule', () => {
    const short = v.strictObject({ name: v.pipe(v.string(), v.maxLength(1, 'is too long')) })
    const error = refusal(() => read(jsonBody(short), { headers: JSON_TYPE, body: '{"name":"ab"}' }))
    expect((error as InvalidRequestError).errors).toEqual([{ pointer: '/name', detail: 'is too long' }])
  })
})

describe('a form body', () => {
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const form = (body: unknown, headers: Record<string, string> = FORM, more: object = {}) =>
    read(formBody(['token', 'hint']), { headers, body, ...more })

  test('is parsed to the named fields', () => {
    expect(form('token=a%20b&hint=&other=1')).toEqual({ token: 'a b', hint: '' })
    expect(form('token=a&hint=b', { 'content-type': 'Application/X-WWW-Form-Urlencoded ; charset=utf-8' })).toEqual({
      token: 'a',
      hint: 'b',
    })
    const encoded = Buffer.from('token=a&hint=b').toString('base64')
    expect(form(encoded, FORM, { isBase64Encoded: true })).toEqual({ token: 'a', hint: 'b' })
  })

  test('is refused with the name of a missing or duplicate field', () => {
    const errors = (body: unknown) => refusal(() => form(body))
    expect(errors('hint=b')).toMatchObject({ errors: [{ pointer: 'token', detail: 'missing field' }] })
    expect(errors('token=a&hint=b&hint=c')).toMatchObject({ errors: [{ pointer: 'hint', detail: 'duplicate field' }] })
    for (const none of [undefined, null, 7])
      expect(errors(none)).toMatchObject({ errors: [{ detail: 'missing field' }] })
    expect(errors('')).toMatchObject({ message: 'The form is invalid. `errors` says what is wrong with each field.' })
    const all = () => read(formBody([]), { headers: FORM, body: undefined })
    expect(all()).toEqual({})
  })

  test('must have the form content type and at most 16 KiB', () => {
    for (const headers of [{}, JSON_TYPE])
      expect(refusal(() => form('token=a&hint=b', headers))).toBeInstanceOf(UnsupportedMediaTypeError)
    expect(refusal(() => form('token=a', {})).message).toContain('application/x-www-form-urlencoded')
    const of = (bytes: number) => `hint=b&token=${'a'.repeat(bytes - 13)}`
    expect(form(of(LIMIT))).toMatchObject({ hint: 'b' })
    expect(refusal(() => form(of(LIMIT + 1)))).toBeInstanceOf(PayloadTooLargeError)
  })
})

describe('the text of a body', () => {
  const TEXT = 'text/plain'
  const textOf = (body: unknown, isBase64Encoded = false, contentType = TEXT) =>
    bodyText({ body, isBase64Encoded } as HttpEvent, contentType, TEXT)
  const bytes = (...values: number[]) => Buffer.from(values).toString('base64')

  test('is empty without a body', () => {
    for (const body of [undefined, null, 7]) expect(textOf(body)).toBe('')
  })

  test('has no byte order mark', () => {
    expect(textOf('\ufeffa')).toBe('a')
    expect(textOf(bytes(0xef, 0xbb, 0xbf, 0x61), true)).toBe('a')
  })

  test.each([
    ['a byte that starts no character', [0x70, 0xff]],
    ['a continuation byte alone', [0x80]],
    ['a truncated character', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0x66, 0xfc, 0x72]],
  ])('is refused if it has %s', (_, values) => {
    expect(refusal(() => textOf(bytes(...values), true)).message).toContain('not valid UTF-8')
  })

  test('is refused if the event source has replaced bytes', () => {
    for (const text of ['p\ufffd', '\ufffd', 'p\ud800'])
      expect(refusal(() => textOf(text)).message).toContain('not valid UTF-8')
  })

  test.each(['utf-8', 'UTF-8', '"utf-8"'])('is decoded with the charset %s', (charset) => {
    expect(textOf('ä', false, `${TEXT}; charset=${charset}`)).toBe('ä')
  })

  test.each(['iso-8859-1', 'utf-16', '"latin1"', 'utf8x'])('is refused with the charset %s', (charset) => {
    expect(refusal(() => textOf('a', false, `${TEXT}; charset=${charset}`))).toBeInstanceOf(UnsupportedMediaTypeError)
  })
})

describe('the fields of a form', () => {
  test.each(['a=%ff', 'a=%e2%82', '%c0%af=b', 'a=%ed%a0%80'])('are refused as %s, which is not UTF-8', (form) => {
    expect(refusal(() => formFields(form)).message).toContain('not valid UTF-8')
  })

  test.each([
    ['a=%C3%A4', 'ä'],
    ['a=100%', '100%'],
    ['a=b+c%2B', 'b c+'],
  ])('are decoded from %s', (form, value) => {
    expect(formFields(form).get('a')).toBe(value)
  })
})

describe('the first duplicate key', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a" :1,"b":{"c":1,"c":2},"a"\n:2}', 'a'],
    ['{"a":"\\"b\\":","b":1,"b":2}', 'b'],
    ['{"b":[{"a":1},{"a":2}],"a":1}', undefined],
    ['{"a":"a","b":"a"}', undefined],
    ['{"a":{"a":{"a":1}}}', undefined],
    ['{"a":"}","a":1}', 'a'],
    ['{"b":[1],"a":1,"a":2}', 'a'],
    ['{"b":[1],"c":[{"a":1},{"a":2}]}', undefined],
    ['[{"a":1,"a":2}]', undefined],
    ['"a"', undefined],
  ])('in %s is %j', (text, key) => {
    expect(repeatedKey(text)).toBe(key)
  })
})
