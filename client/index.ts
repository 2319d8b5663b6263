export type { Activity, ActivityEvent, ActivityPage, ActivityQuery } from './activity.ts'
export { type Client, type ClientOptions, createClient, type Input, type ResponseBody } from './client.ts'
export type {
  Endpoints,
  ExportedUser,
  Introspection,
  IssuedSession,
  ListedSession,
  RateLimit,
  Route,
  Session,
  User,
  UserExport,
} from './endpoints.ts'
export { type ErrorCode, type InvalidPart, Problem, type ProblemCode, type ProblemFields } from './problem.ts'
