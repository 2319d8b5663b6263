import { isOrigin } from '../origin.ts'

declare const brand: unique symbol

/** The URL of a page of the service, with a secret in its fragment at most. Made by `mailLink`. */
export type MailLink = string & { readonly [brand]: 'MailLink' }

/** Where links lead: what every link of a mail starts with. */
export interface LinkBase {
  /** The service's own origin. */
  readonly origin: string
  /** The path of the API mapping in front of the service, such as `/auth`. Default: none. */
  readonly basePath?: string | undefined
}

/** No query, no second origin (`//host`), no escape; a fragment may begin, such as `/#/reset/`. */
const PATH = /^\/(?![/\\])[\w./-]*(#[\w./=-]*)?$/
const SECRET = /^[\w-]+$/

/**
 * Makes the link of a mail. The secret stands in the URL's fragment, which browsers send to no server: it reaches no log
 * and no `Referer` header (RFC 9110 §7.1).
 * @param page the page below the base path, such as `/reset`, or with the start of a fragment that the secret completes, such as `/#/reset/`
 * @param secret absent for a link that needs none, such as to the sign-in page
 * @throws TypeError for an origin, path or secret that has another form; the message never contains the secret
 */
export function mailLink({ origin, basePath = '' }: LinkBase, page: string, secret?: string): MailLink {
  const path = `${basePath}${page}`
  if (!isOrigin(origin)) throw new TypeError(`Expected an origin such as https://app.example.com, got ${origin}`)
  if (!PATH.test(path)) throw new TypeError(`Expected a path such as /reset or /#/reset/, without a query, got ${path}`)
  if (secret === undefined) return `${origin}${path}` as MailLink
  if (!SECRET.test(secret)) throw new TypeError('Expected a secret of the characters A-Z, a-z, 0-9, - and _')
  return `${origin}${path}${path.includes('#') ? '' : '#'}${secret}` as MailLink
}

/** Whether a link leads to the service and has no query, so that a secret in it can only be in its fragment. */
export function isMailLink(link: string, { origin, basePath = '' }: LinkBase): boolean {
  return link.startsWith(`${origin}${basePath}/`) && PATH.test(link.slice(origin.length)) && isOrigin(origin)
}
