import { expect, test } from 'vitest'
import type { SpecificationDatabase } from '../packages.ts'
import { checkSpecification } from '../template/specification.ts'

/** A specification with one type; `npm run rehearse` uses AWS's. */
const DATABASE: SpecificationDatabase = {
  lookup: (_kind, _index, _comparison, type) =>
    type === 'AWS::Shop::Thing'
      ? [
          {
            properties: {
              Name: { type: { type: 'string' }, required: true },
              Count: { type: { type: 'integer' } },
              On: { type: { type: 'boolean' } },
              Tags: { type: { type: 'array', element: { type: 'ref', reference: { $ref: 'tag' } } } },
              Map: { type: { type: 'map', element: { type: 'number' } } },
              Either: {
                type: { type: 'union', types: [{ type: 'integer' }, { type: 'ref', reference: { $ref: 'tag' } }] },
              },
              Any: { type: { type: 'json' } },
            },
            attributes: { Arn: {} },
          },
        ]
      : [],
  get: () => ({ properties: { Key: { type: { type: 'string' }, required: true } } }),
}

/** A placeholder of `Fn::Sub`. */
const substitute = (name: string) => `a \${${name}}`

const problemsOf = (Properties: object, rest: { Outputs?: Record<string, unknown>; DependsOn?: string } = {}) => {
  const { DependsOn, Outputs = {} } = rest
  const Thing = { Type: 'AWS::Shop::Thing', Properties, ...(DependsOn && { DependsOn }) }
  return checkSpecification({ Resources: { Thing }, Outputs }, DATABASE).problems
}

test('a template that keeps the specification has no problems', () => {
  const own = {
    Name: 'a',
    Count: '5',
    On: true,
    Tags: [{ Key: 'k' }],
    Map: { a: 1.5 },
    Either: { Key: 'k' },
    Any: [{}],
  }
  expect(problemsOf(own)).toEqual([])
  expect(problemsOf({ Name: { 'Fn::GetAtt': ['Thing', 'Arn'] }, Count: { Ref: 'AWS::Region' } })).toEqual([])
})

test.each([
  [{ Name: 'a', Nmae: 'b' }, 'Thing.Nmae: unknown property'],
  [{ Count: 1 }, 'Thing.Name: missing property'],
  [{ Name: ['a'] }, 'Thing.Name: expected string, got ["a"]'],
  [{ Name: 'a', Count: 1.5 }, 'Thing.Count: expected integer, got 1.5'],
  [{ Name: 'a', Count: 'many' }, 'Thing.Count: expected integer, got "many"'],
  [{ Name: 'a', On: 'yes' }, 'Thing.On: expected boolean, got "yes"'],
  [{ Name: 'a', Tags: { Key: 'k' } }, 'Thing.Tags: expected array, got {"Key":"k"}'],
  [{ Name: 'a', Tags: [{ Key: 'k' }, {}] }, 'Thing.Tags[1].Key: missing property'],
  [{ Name: 'a', Map: { a: 'b' } }, 'Thing.Map.a: expected number, got "b"'],
  [{ Name: 'a', Either: { Kye: 'k' } }, 'Thing.Either: expected integer, got {"Kye":"k"}'],
  [{ Name: { Ref: 'Gone' } }, 'Thing.Properties.Name: Ref to Gone, which is not in the template'],
  [
    { Name: { 'Fn::GetAtt': ['Gone', 'Arn'] } },
    'Thing.Properties.Name: Fn::GetAtt of Gone, which is not in the template',
  ],
  [{ Name: { 'Fn::GetAtt': 'Thing.Anr' } }, 'Thing.Properties.Name: AWS::Shop::Thing has no attribute Anr'],
  [{ Name: { 'Fn::Sub': substitute('Gone') } }, 'Thing.Properties.Name: Ref to Gone, which is not in the template'],
  [{ Name: { 'Fn::Sub': substitute('Thing.Anr') } }, 'Thing.Properties.Name: AWS::Shop::Thing has no attribute Anr'],
])('%j: %s', (properties, problem) => {
  expect(problemsOf(properties)).toEqual([problem])
})

test('unknown types, dependencies and references of outputs are problems', () => {
  const Resources = { Other: { Type: 'AWS::Shop::Thnig' } }
  const Outputs = { Arn: { Value: { 'Fn::GetAtt': ['Thing', 'Name'] } } }
  expect(problemsOf({ Name: 'a' }, { Outputs, DependsOn: 'Gone' })).toEqual([
    'Thing: DependsOn Gone, which is not in the template',
    'Outputs.Arn.Value: AWS::Shop::Thing has no attribute Name',
  ])
  expect(checkSpecification({ Resources }, DATABASE).problems).toEqual([
    'Other: unknown resource type AWS::Shop::Thnig',
  ])
})
