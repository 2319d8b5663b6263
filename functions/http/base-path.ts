import type { HttpEvent } from '../../lib/http/event.ts'
import { methodsOf } from './routes.ts'

/** Hosts of AWS and of the local API, which have no base path. */
const OWN_HOST = /(^localhost|\.execute-api\..*|\.lambda-url\..*)$/
/** The page repeats the base path in links; `//` would lead to another host. */
const BASE_PATH = /^(\/[\w.~-]+)*$/

/**
 * Splits an event's path: API Gateway matches routes without the stage and without the base path of a custom domain's API
 * mapping, but passes the whole path on.
 */
export function splitPath(
  requestContext: HttpEvent['requestContext'],
  whole: string,
): { basePath: string; path: string } {
  const { stage, domainName, routeKey } = requestContext ?? {}
  const split = (basePath: string) =>
    BASE_PATH.test(basePath) && { basePath, path: whole.slice(basePath.length) || '/' }
  if (typeof stage === 'string' && stage !== '$default' && `${whole}/`.startsWith(`/${stage}/`)) {
    const parts = split(`/${stage}`)
    if (parts) return parts
  }
  const unsplit = { basePath: '', path: whole }
  if (typeof domainName !== 'string' || OWN_HOST.test(domainName)) return unsplit
  if (routeKey === 'GET /' || routeKey === 'HEAD /') return split(whole.replace(/\/$/, '')) || unsplit
  const slashes = [...whole.matchAll(/\//g)].map(({ index }) => index)
  const start = slashes.find((index) => index < whole.length - 1 && methodsOf(whole.slice(index)).length > 0) ?? 0
  return split(whole.slice(0, start)) || unsplit
}
