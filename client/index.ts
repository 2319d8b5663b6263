export { type Client, type ClientOptions, createClient, type Input, type ResponseBody } from './client.ts'
export type { Endpoints, Introspection, ListedSession, Route, Session, User } from './endpoints.ts'
export { type ErrorCode, type InvalidPart, Problem, type ProblemCode, type ProblemFields } from './problem.ts'
