import type { EpochSeconds } from '../system.ts'
import type { outbound } from './outbound.ts'
import type { Provider } from './provider.ts'
import { ProviderResponseError, ProviderUnavailableError } from './provider-errors.ts'
import type { VerifiedClaims } from './verified-identity.ts'

// GitHub signs in by OAuth alone: who the person is, its API says. An issuer other than github.com is an Enterprise Server.

const PUBLIC = 'https://github.com'

/** The endpoints, which no document names. */
export const githubEndpoints = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/login/oauth/authorize`,
  token_endpoint: `${issuer}/login/oauth/access_token`,
})

/** Where the API is. */
export const githubApi = (issuer: string): string => (issuer === PUBLIC ? 'https://api.github.com' : `${issuer}/api/v3`)

interface GithubEmail {
  readonly email?: unknown
  readonly primary?: unknown
  readonly verified?: unknown
}

/**
 * Reads the person of an access token, as claims. The subject is the number of the account: names change hands. Two
 * requests.
 * @throws ProviderUnavailableError if the API fails
 */
export async function githubClaims(
  { issuer, verifiedClaim }: Provider,
  accessToken: string,
  fetch: ReturnType<typeof outbound>,
  now: EpochSeconds,
): Promise<VerifiedClaims> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'coatcheck',
  }
  async function get(path: string): Promise<unknown> {
    const response = await fetch(`${githubApi(issuer)}${path}`, { method: 'GET', headers })
    if (response.status !== 200) throw new ProviderUnavailableError(`GitHub's API answered ${response.status}`)
    return response.json().catch(() => {
      throw new ProviderUnavailableError("GitHub's API answered no JSON")
    })
  }
  const user = (await get('/user')) as { id?: unknown; name?: unknown } | null
  const id = user?.id
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    throw new ProviderResponseError('invalid_response', "GitHub's API names no account")
  const listed = await get('/user/emails')
  const emails: GithubEmail[] = Array.isArray(listed) ? listed : []
  const primary = emails.find((each) => each?.primary === true && each.verified === true)
  return {
    ...{ iss: issuer, sub: String(id), iat: now },
    ...(typeof user?.name === 'string' && { name: user.name }),
    ...(primary && { email: primary.email, [verifiedClaim]: true }),
  }
}
