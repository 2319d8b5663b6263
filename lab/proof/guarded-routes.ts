import { ALLOWED_SECONDS } from './notices/allowed.ts'

interface GuardedRoute {
  readonly path: string
  /** The user that the response names. */
  // biome-ignore lint/suspicious/noExplicitAny: the responses of different services
  readonly principal: (response: any) => string | undefined
  /** The staleness that the route allows. */
  readonly allowedSeconds?: number
}

const GREETING = /Hello, ([\w-]+)\./

/** Routes that check a session. */
export const ROUTES = {
  middleware: { path: '/greeting', principal: ({ greeting }) => GREETING.exec(greeting)?.[1] },
  authorizer: { path: '/orders', principal: ({ orders: [order] }) => order?.userId },
  /** The middleware of a route that allows staleness. */
  lenient: { path: '/notices', principal: ({ userId }) => userId, allowedSeconds: ALLOWED_SECONDS },
  /** Another route of the same function, which allows none. */
  strict: { path: '/notices/now', principal: ({ userId }) => userId },
} as const satisfies Record<string, GuardedRoute>

export type RouteName = keyof typeof ROUTES

export const routeOf = (name: RouteName): GuardedRoute => ROUTES[name]
