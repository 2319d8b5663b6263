import { Readable } from 'node:stream'
import { inject, onTestFinished } from 'vitest'
import type { Context, ExitCode } from '../../cli/command.ts'
import { explainError } from '../../cli/explain-error.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/attempt-store.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { Email, User } from '../../lib/user.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { createTestTables } from '../support/tables.ts'
import { fakeScreen } from './screen.ts'

export const PEPPER = 'p'.repeat(64)

/** Input of a command that runs in this process. */
export interface Typing {
  /** Standard input. */
  readonly input?: string | Uint8Array
  readonly isTyped?: boolean
  /** The answer to a question; without it there is no terminal. */
  readonly answer?: string
  readonly signal?: AbortSignal
  readonly environment?: Record<string, string>
}

type Command<Arguments extends unknown[]> = (context: Context, ...args: Arguments) => Promise<ExitCode>

/** A stack with its own tables on the engine of the test run, and commands on it in this process. */
export async function openTestStack() {
  const tables = await createTestTables()
  const environment = {
    NODE_ENV: 'test', // allows a low bcrypt cost
    BCRYPT_COST: '4',
    DYNAMODB_ENDPOINT: inject('endpoint'),
    ...tableVariables(tables),
    PASSWORD_PEPPER: PEPPER,
  }
  const { client } = tables
  const store = dynamodbUserStore({ client, tableName: tables.users })
  const users = createUsers({ store })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
  const hasher = bcryptHasher({ cost: 4, pepper: new Secret(PEPPER) })

  return {
    tables,
    environment,
    store,
    users,
    sessions,
    hasher,
    attempts: dynamodbAttemptStore({ client, tableName: tables.attempts }),
    close: () => client.destroy(),
    find: (email: string) => users.findByEmail(email as Email, startDeadline(10)),
    register: (email: string, more: Partial<User> = {}) =>
      users.register({ ...more, email: email as Email }, startDeadline(10)),
    /** Creates an active session of the user. */
    async signIn(user: User, label?: string) {
      const wanted = { user, scopes: user.scopes, ip: '192.0.2.7', userAgent: 'curl/8', label }
      const created = await sessions.create(wanted, store, startDeadline(10))
      if (!created) throw new Error('unreachable')
      return created
    },

    /** Runs a command and returns its exit code and output. */
    async invoke<Arguments extends unknown[]>(command: Command<Arguments>, args: Arguments, typing: Typing = {}) {
      const screen = fakeScreen()
      const [lines, complaints, questions]: string[][] = [[], [], []]
      const { input = '', isTyped = false, answer, signal = new AbortController().signal } = typing
      const context: Context = {
        environment: { ...environment, ...typing.environment },
        terminal: {
          input: Readable.from(chunks(input)),
          isTyped,
          print: (line) => lines?.push(...line.split('\n')),
          complain: (line) => complaints?.push(line),
          screen: screen.stream,
          deliver: async (text) => void lines?.push(...text.trimEnd().split('\n')),
          isDiscarded: false,
          interruption: signal,
          ...(answer !== undefined && {
            ask: async (question: string) => {
              questions?.push(question)
              return answer
            },
          }),
        },
      }
      const code = await (async () => command(context, ...args))().catch((error) => {
        const known = explainError(error)
        if (!known) throw error
        complaints?.push(known.text)
        return known.exitCode
      })
      return {
        code,
        lines: lines ?? [],
        complaints: complaints ?? [],
        questions: questions ?? [],
        shown: screen.lines(),
      }
    },
  }
}

export type TestStack = Awaited<ReturnType<typeof openTestStack>>

/** A stack for one test. */
export async function stackOfTest(): Promise<TestStack> {
  const stack = await openTestStack()
  onTestFinished(() => stack.close())
  return stack
}

async function* chunks(input: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (input.length > 0) yield Buffer.from(input)
}
