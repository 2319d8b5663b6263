/** A provider, as the page shows it. */
interface Provider {
  readonly id: string
  readonly name: string
  readonly kind: 'oidc' | 'apple' | 'github'
}

/** The configuration that the service writes into the page. */
const { registration, mail, loginCode, providers, passwordMinLength, basePath = '' } = document.documentElement.dataset

export const settings = {
  /** `open`: with a password at once. `mail`: by a mailed link. */
  registration: registration === 'open' || registration === 'mail' ? registration : 'closed',
  /** Whether the service sends mail; otherwise the routes of mailed links do not exist. */
  sendsMail: mail === 'on',
  /** Whether a mailed code signs in. */
  signsInByCode: loginCode === 'on',
  /** The providers that sign users in. */
  providers: JSON.parse(providers || '[]') as readonly Provider[],
  passwordMinLength: Number(passwordMinLength),
  /** The path of the API on its host, such as `/prod`. */
  basePath,
} as const
