export {
  httpApiAuthorizerEvent,
  restApiAuthorizerEvent,
  tokenAuthorizerEvent,
  webSocketAuthorizerEvent,
} from './authorizer.ts'
export { type TestCoatcheck, type TestSignInOptions, testCoatcheck } from './coatcheck.ts'
export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { functionUrlEvent, type HttpApiEvent, httpApiEvent } from './http-api.ts'
export { type Answer, invoke } from './invoke.ts'
export { type AlbEvent, albEvent } from './load-balancer.ts'
export { memoryAttemptStore } from './memory-attempt-store.ts'
export { memorySessionStore } from './memory-session-store.ts'
export { memoryUserStore } from './memory-user-store.ts'
export type { AuthorizedRequest, TestRequest } from './request.ts'
export { type RestApiEvent, restApiEvent } from './rest-api.ts'
export { type SignedIn, type SignInOptions, signIn } from './sign-in.ts'
export { type WebSocketEvent, type WebSocketRequest, webSocketEvent } from './web-socket.ts'
