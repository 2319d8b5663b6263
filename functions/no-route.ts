import { MethodNotAllowedError, NotFoundError } from '../lib/errors.ts'
import { preflightHeaders } from '../lib/http/cors.ts'
import { noContent } from './http/answer.ts'
import { openBareApp } from './http/app.ts'
import { splitPath } from './http/base-path.ts'
import { publicRoute } from './http/route.ts'
import { methodsOf } from './http/routes.ts'

const app = openBareApp()

/** The `$default` route: 404, 405 with `Allow`, and CORS preflights of trusted origins. No reads. */
export const handler = publicRoute(app, { query: 'any' }, ({ http, requestContext }) => {
  const methods = methodsOf(splitPath(requestContext, http.path).path)
  // A path that matches only once decoded, such as `/auth%2Fsession`, gets here even with an allowed method.
  if (methods.length === 0 || methods.includes(http.method)) throw new NotFoundError()
  if (http.method !== 'OPTIONS') throw new MethodNotAllowedError(methods)
  const answer = noContent()
  Object.assign(answer.headers, { allow: methods.join(', ') }, preflightHeaders(http, app.config, methods))
  return answer
})
