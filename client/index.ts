export type { Activity, ActivityEvent, ActivityPage, ActivityQuery } from './activity.ts'
export { type Client, type ClientOptions, createClient, type Input, type ResponseBody } from './client.ts'
export type { Endpoints, Route } from './endpoints.ts'
export { type ErrorCode, type InvalidPart, Problem, type ProblemCode, type ProblemFields } from './problem.ts'
export type {
  ChangedFactors,
  ExportedUser,
  Identity,
  Introspection,
  Invitation,
  IssuedSession,
  ListedSession,
  RateLimit,
  Receipt,
  ReceiptPreference,
  Session,
  SignedToken,
  User,
  UserExport,
} from './types.ts'
