import { ALLOWED_SECONDS } from './notices/allowed.ts'

/** Where a session is presented: who looks it up, and how old what they know of it may be. */
interface AnyDoor {
  readonly path: string
  /** Whom the answer takes the session for. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of each door's own
  readonly principal: (answer: any) => string | undefined
  readonly allowedSeconds?: number
}

const OF_GREETING = /Hello, ([\w-]+)\./

export const DOORS = {
  /** The middleware of a function. */
  middleware: { path: '/greeting', principal: ({ greeting }) => OF_GREETING.exec(greeting)?.[1] },
  /** The authorizer before one. */
  authorizer: { path: '/orders', principal: ({ orders: [order] }) => order?.userId },
  /** The middleware of a route that lets a check be a little old. */
  lenient: { path: '/notices', principal: ({ userId }) => userId, allowedSeconds: ALLOWED_SECONDS },
  /** Of another route of the same function, which does not. */
  strict: { path: '/notices/now', principal: ({ userId }) => userId },
} as const satisfies Record<string, AnyDoor>

export type Door = keyof typeof DOORS

export const doorOf = (door: Door): AnyDoor => DOORS[door]
