// Published as they are: these declarations import nothing.

/** A user that is created at the start. */
export interface UserSettings {
  /** Default: the user's key, with `@example.com` unless it is an address already. */
  readonly email?: string
  /** Default: a random one. */
  readonly password?: string
  readonly name?: string
  /** What the user may do besides managing their own account; Coatcheck's own are `admin:read`, `admin:write`, `admin:revoke`. */
  readonly scopes?: readonly string[]
  /** Default: true. */
  readonly emailVerified?: boolean
}

/** Options of `startCoatcheck`. */
export interface StartOptions<Names extends string = string> {
  /** Users by a name of your choice. Each is signed in twice: for the cookie and for the bearer token. */
  readonly users?: Readonly<Record<Names, UserSettings>>
  /** Default: any free port. */
  readonly port?: number
  /** Folders with a serverless.yml of your own, served on the same origin. Default: none. */
  readonly services?: readonly string[]
  /** Variables of Coatcheck's configuration, such as `TRUSTED_ORIGINS`. */
  readonly environment?: Readonly<Record<string, string>>
  /** Receives a line for each request, and what functions print. Default: nothing is printed. */
  readonly log?: (line: string) => void
}

/** A user with two sessions. Plain data, so that it can be passed to other processes. */
export interface SignedInUser {
  readonly id: string
  readonly email: string
  readonly password: string
  /** The value of a request's `Cookie` header. */
  readonly cookie: string
  /** The id of the session that the cookie belongs to. */
  readonly sessionId: string
  /** A bearer token, of another session. */
  readonly token: string
  /** The signed-in browser for Playwright: `test.use({ storageState })`. */
  readonly storageState: {
    cookies: {
      name: string
      value: string
      domain: string
      path: string
      expires: number
      httpOnly: boolean
      secure: boolean
      sameSite: 'Lax'
    }[]
    origins: never[]
  }
}

/** The result of `startCoatcheck`. */
export interface RunningCoatcheck<Names extends string = string> {
  /** Where Coatcheck answers, and your services with it. */
  readonly url: string
  /** The endpoint of its tables. */
  readonly endpoint: string
  /** What your handlers need in their environment, if something else runs them. */
  readonly environment: Readonly<Record<string, string>>
  readonly users: Readonly<Record<Names, SignedInUser>>
  /** Stops it and deletes its tables. */
  stop(): Promise<void>
}
