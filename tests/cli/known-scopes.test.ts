import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { confirmGrant, OWN_SCOPES } from '../../cli/known-scopes.ts'
import type { Stack } from '../../cli/stack.ts'
import { createUser } from '../../cli/users/create.ts'
import { setScopes } from '../../cli/users/set-scopes.ts'
import { parseConfig } from '../../lib/config.ts'
import type { Scope } from '../../lib/scope.ts'
import { stackOfTest } from './stack.ts'

// cspell:ignore wirte raed

const scopes = (...names: string[]) => names as Scope[]

/** A stack whose user Bob holds the scope notes:write. */
async function stackWithScopes() {
  const stack = await stackOfTest()
  await stack.register('bob@example.com', { scopes: scopes('notes:write') })
  await stack.register('ann@example.com', { scopes: scopes('orders:list') })
  return stack
}

type CommandOf = (scope: string, more: object) => [command: unknown, args: unknown]

const GRANTS: [name: string, commandOf: CommandOf][] = [
  ['users create', (scopes, more) => [createUser, ['cy@example.com', { scopes, ...more }]]],
  ['users set-scopes --add', (add, more) => [setScopes, ['ann@example.com', [], { add, ...more }]]],
  ['users set-scopes', (scope, more) => [setScopes, ['ann@example.com', ['orders:list', scope], more]]],
]

describe.each(GRANTS)('%s', (_, commandOf) => {
  type Invoke = (
    command: unknown,
    args: unknown,
    typing?: object,
  ) => ReturnType<Awaited<ReturnType<typeof stackOfTest>>['invoke']>
  const granted = async (stack: Awaited<ReturnType<typeof stackOfTest>>, scope: string) => {
    const users = await Promise.all(['ann@example.com', 'cy@example.com'].map(stack.find))
    return users.some((user) => user?.scopes.includes(scope as Scope))
  }

  test.each([
    ['notes:wirte', 'notes:write'], // in use
    ['admin:raed', 'admin:read'], // of a route
  ])('asks about %s, or needs --force', async (scope, meant) => {
    const stack = await stackWithScopes()
    const invoke = stack.invoke as unknown as Invoke
    const finding = `No user holds the scope ${scope}. Did you mean ${meant}?`
    const unasked = await invoke(...commandOf(scope, {}))
    expect([unasked.code, unasked.lines, unasked.complaints]).toEqual([
      2,
      [],
      [`${finding} Correct it, or add --force to use ${scope}.`],
    ])
    const declined = await invoke(...commandOf(scope, {}), { answer: '' })
    expect([declined.code, declined.questions, declined.complaints]).toEqual([
      1,
      [`${finding} Use ${scope} anyway? [y/N] `],
      ['Nothing was changed.'],
    ])
    expect(await granted(stack, scope)).toBe(false)
    expect((await invoke(...commandOf(scope, {}), { answer: 'y' })).code).toBe(0)
    expect(await granted(stack, scope)).toBe(true)
    const forced = await stackWithScopes()
    expect((await (forced.invoke as unknown as Invoke)(...commandOf(scope, { force: true }))).code).toBe(0)
    expect(await granted(forced, scope)).toBe(true)
  })

  test.each(['notes:write', 'admin:revoke', 'billing:read'])('grants %s without a question', async (scope) => {
    const stack = await stackWithScopes()
    const { code, questions } = await (stack.invoke as unknown as Invoke)(...commandOf(scope, {}), { answer: 'n' })
    expect([code, questions, await granted(stack, scope)]).toEqual([0, [], true])
  })
})

test('users set-scopes --remove asks about a scope that the user does not hold', async () => {
  const stack = await stackWithScopes()
  const change: [string, string[], object] = ['bob@example.com', [], { remove: 'notes:wirte', yes: true }]
  const { code, complaints } = await stack.invoke(setScopes, change)
  expect([code, complaints]).toEqual([
    2,
    [expect.stringMatching(/^The user does not hold the scope notes:wirte\. Did you mean notes:write\? .*--force/)],
  ])
  const other: typeof change = ['bob@example.com', [], { remove: 'orders:list', yes: true }]
  expect((await stack.invoke(setScopes, other)).code).toBe(0)
})

test('without the right to scan the table, only scopes of routes and of the user are compared', async () => {
  const error = Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })
  const client = { send: () => Promise.reject(error) }
  const stack = { client, config: parseConfig({}) } as unknown as Stack
  const terminal = { interruption: new AbortController().signal } as Parameters<typeof confirmGrant>[4]
  await confirmGrant(scopes('notes:wirte'), [], stack, {}, terminal)
  await expect(confirmGrant(scopes('admin:raed'), [], stack, {}, terminal)).rejects.toThrow(/Did you mean admin:read\?/)
})

test('the own scopes are those that the routes require', async () => {
  const files = (await readdir('functions', { recursive: true })).filter((name) => name.endsWith('.ts'))
  const sources = await Promise.all(files.map((name) => readFile(`functions/${name}`, 'utf8')))
  const required = sources.flatMap((source) => source.match(/(?<=')(?:admin|sessions):[a-z]+(?=')/g) ?? [])
  expect([...OWN_SCOPES].toSorted()).toEqual([...new Set(['account', ...required])].toSorted())
})
