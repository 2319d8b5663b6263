import type { SignedIn, SignInRequest } from '../accounts/sign-in.ts'
import type { Deadline } from '../deadline.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from '../system.ts'
import type { Provider } from './provider.ts'
import { ProviderResponseError } from './provider-errors.ts'
import { type ProviderSignInParts, signInByProvider } from './provider-sign-in.ts'
import type { createSubjectTokens, SubjectToken } from './subject-token.ts'
import type { UsedTokenStore } from './used-tokens.ts'

/** A signature may have several forms (ECDSA: r, s and r, n - s), which are one token. */
const unsigned = (token: string) => token.slice(0, token.lastIndexOf('.'))

interface ExchangeParts extends ProviderSignInParts {
  readonly subjectTokens: Pick<ReturnType<typeof createSubjectTokens>, 'verify'>
  readonly usedTokens: UsedTokenStore
  readonly randomText?: RandomText
}

/**
 * Exchanges a token of a provider for a session, once: signs its user in as a sign-in at the provider does. The token is used
 * up before anything else is written, so that a request that fails later needs another token. One write more than
 * `signInByProvider`.
 * @param provider that of the token, which was checked as far as that needs no key
 * @throws ProviderResponseError if the token is not valid, or was exchanged before
 * @throws ProviderUnavailableError if the provider's keys cannot be read
 * @throws as `signInByProvider`
 */
export async function exchangeToken(
  { subjectTokens, usedTokens, randomText = systemRandomText, ...parts }: ExchangeParts,
  provider: Provider,
  subject: SubjectToken,
  request: SignInRequest,
  deadline: Deadline,
): Promise<SignedIn & { isNew: boolean }> {
  const { identity, until } = await subjectTokens.verify(provider, subject)
  const mark = randomText(ID_LENGTH)
  if (!(await usedTokens.use('exchange', unsigned(subject.token), mark, until, deadline)))
    throw new ProviderResponseError('token_used', 'The subject token was exchanged before')
  return signInByProvider(parts, provider, identity, request, deadline)
}
