export { type Client, type ClientOptions, createClient, type Input, type ResponseBody } from './client.ts'
export type {
  Activity,
  ActivityEvent,
  ActivityPage,
  ActivityQuery,
  Endpoints,
  Introspection,
  IssuedSession,
  ListedSession,
  Route,
  Session,
  User,
} from './endpoints.ts'
export { type ErrorCode, type InvalidPart, Problem, type ProblemCode, type ProblemFields } from './problem.ts'
