import { expect, test } from 'vitest'
import { createResolver } from '../template/resolve.ts'
import { smallTemplate } from './small-template.ts'

const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-prod-users'
/** A placeholder of `Fn::Sub`. */
const placeholder = (name: string) => `\${${name}}`

const resolver = createResolver(
  {
    ...smallTemplate(),
    Parameters: { Size: { Default: 5 } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      IsOther: { 'Fn::And': [{ Condition: 'IsProd' }, { 'Fn::Not': [{ 'Fn::Or': [{ Condition: 'IsProd' }] }] }] },
    },
  },
  { shared: 'value' },
)

test.each<[input: unknown, resolved: unknown]>([
  [{ Ref: 'UsersTable' }, 'shop-prod-users'],
  [{ Ref: 'AWS::Region' }, 'eu-central-1'],
  [{ Ref: 'Size' }, '5'],
  [{ 'Fn::GetAtt': ['UsersTable', 'Arn'] }, TABLE],
  [{ 'Fn::GetAtt': 'UsersTable.Arn' }, TABLE],
  [{ 'Fn::Sub': `a-${placeholder('UsersTable.Arn')}-${placeholder('!Kept')}` }, `a-${TABLE}-${placeholder('!Kept')}`],
  [{ 'Fn::Sub': [`${placeholder('own')}/${placeholder('AWS::Partition')}`, { own: { Ref: 'Size' } }] }, '5/aws'],
  [{ 'Fn::Join': ['/', ['a', { Ref: 'Size' }]] }, 'a/5'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
  [{ 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes'],
  [{ 'Fn::If': ['IsOther', 'yes', 'no'] }, 'no'],
  [{ 'Fn::ImportValue': 'shared' }, 'value'],
  [
    [{ a: { Ref: 'Size' } }, 1, true, null],
    [{ a: '5' }, 1, true, null],
  ],
])('%j resolves to %j', (input, resolved) => {
  expect(resolver.value(input)).toEqual(resolved)
})

test('a dynamic reference gets one made-up secret, also within a text', () => {
  const secret = resolver.text('{{resolve:secretsmanager:a:SecretString}}')
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(resolver.text('x {{resolve:secretsmanager:a:SecretString}}')).toBe(`x ${secret}`)
  expect(resolver.text('{{resolve:secretsmanager:b:SecretString}}')).not.toBe(secret)
})

test.each([
  [{ Ref: 'Gone' }, 'Ref to Gone'],
  [{ 'Fn::GetAtt': ['Gone', 'Arn'] }, 'Fn::GetAtt of Gone'],
  [{ 'Fn::ImportValue': 'gone' }, 'pass --import gone=<value>'],
  [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'Fn::FindInMap is not resolved'],
  [{ 'Fn::If': ['Gone', 1, 2] }, 'is not resolved by the rehearsal'],
])('%j is an error', (input, message) => {
  expect(() => resolver.value(input)).toThrow(message)
})
