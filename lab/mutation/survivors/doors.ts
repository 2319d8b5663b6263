import { forTheLog, type Survivor } from '../survivor.ts'

export const DOOR_SURVIVORS: readonly Survivor[] = [
  {
    file: 'lib/http/authorizer-context.ts',
    code: 'context !== null',
    becomes: 'true',
    reason: 'What is null has been taken for the authorizer’s own object two lines before.',
  },
  ...(
    [
      ['lib/http/problem-entry.ts', 'default: return undefined'],
      ['lib/http/problem.ts', 'default: return {}'],
    ] as const
  ).map(([file, code]) => ({ file, code, reason: 'Nothing is returned there either, and nothing is added of it.' })),
  {
    file: 'lib/http/request.ts',
    code: 'each.length === name.length',
    becomes: 'true',
    reason: 'Names of another length are other names: it saves writing them in lower case.',
  },
  {
    file: 'lib/http/cookie.ts',
    code: 'pairs.filter((pair) => pair.includes(name))',
    becomes: 'pairs',
    reason: 'The parser finds nothing in the others: it takes longer.',
  },
  {
    file: 'lib/http/problem.ts',
    code: "error.code === 'password_rejected'",
    becomes: 'true',
    reason: 'No other refusal has a rule, and JSON leaves out what is undefined.',
  },
  {
    file: 'lib/http/cors.ts',
    code: 'origin !== undefined',
    becomes: 'true',
    reason: 'Undefined is in no list of trusted origins: for the compiler.',
  },
  {
    file: 'lib/http/same-origin.ts',
    code: 'origin === undefined',
    becomes: 'false',
    reason: 'Undefined is neither ours nor trusted: for the compiler.',
  },
  {
    file: 'lib/http/client-ip.ts',
    code: '/^(.+):\\d{1,5}$/',
    becomes: '/(.+):\\d{1,5}$/',
    reason: 'The dot takes all there is in front.',
  },
  ...['[]', "''"].map((code) => ({
    file: 'lib/http/client-ip.ts',
    code,
    reason: 'What stands in for no match is no address either.',
  })),
  ...(
    [
      ['lib/http/client-ip.ts', 'request.header(proxy.header)?.split(…'],
      ['lib/http/request.ts', "header('x-forwarded-for')?.split(…"],
      ['functions/http/form-body.ts', "requestOf(request).header('content-type')?.split(…"],
    ] as const
  ).map(([file, code]) => ({
    file,
    code,
    reason: 'A text that is split has a first part and a last: for the compiler.',
  })),
  ...['event?.version', '[]', "typeof methodArn === 'string'"].map((code) => ({
    file: 'middleware/authorizer.ts',
    code,
    reason: 'What is no event, or names no ARN, has been refused, or matches none: for whoever calls it without types.',
  })),
  ...(
    [
      ['middleware/authorizer.ts', "'gateway'"],
      ['middleware/require-session.ts', "'request'"],
    ] as const
  ).map(([file, code]) => ({ file, code, becomes: '""', reason: 'The default is whatever is not the other choice.' })),
  {
    file: 'functions/http/form-body.ts',
    code: 'value !== undefined',
    becomes: 'true',
    reason: 'Where there is one value, it is a value: for the compiler.',
  },
  {
    file: 'functions/http/json-body.ts',
    code: "''",
    within: "header('content-type')",
    reason: 'What stands in for no type is no type of ours either.',
  },
  {
    file: 'functions/http/json-body.ts',
    code: 'parser.before?.(request as never)',
    reason: 'The parser has the method: for the compiler.',
  },
  {
    file: 'functions/http/json-body.ts',
    code: "'another value'",
    reason: 'Every issue of the schemas here says what it expected: for the compiler.',
  },
  ...forTheLog('lib/http/authorizer-context.ts', 'the authorizer could not reach the datastore'),
]
