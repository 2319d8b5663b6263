import type { Config } from '../../lib/config.ts'
import { ChallengeExpiredError } from '../../lib/errors.ts'
import { challengeCookieName, cookieValues } from '../../lib/http/cookie.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import { assertSameOrigin } from '../../lib/http/same-origin.ts'

/**
 * The secret of the sign-in that a request continues: of its body, or of the cookie that a provider's callback has set.
 * @throws ChallengeExpiredError without either. @throws CrossOriginError as `assertSameOrigin`, for the cookie
 */
export function challengeOf(
  { challenge }: { readonly challenge?: string | undefined },
  http: HttpRequest,
  config: Config,
): string {
  if (challenge !== undefined) return challenge
  assertSameOrigin(http, config)
  const [secret, ...others] = cookieValues(http.cookies, challengeCookieName(config.cookie))
  if (secret === undefined || others.length > 0) throw new ChallengeExpiredError()
  return secret
}
