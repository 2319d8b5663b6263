/** A provider, as the page shows it. */
interface Provider {
  readonly id: string
  readonly name: string
  readonly kind: 'oidc' | 'apple' | 'github'
}

/** The configuration that the service writes into the page. */
const { dataset } = document.documentElement
const { registration, mail, loginCode, passwordMinLength, basePath = '', name = '', logo = '', color = '' } = dataset
const { providers, terms = '', privacy = '', support = '', returnTo = '' } = dataset

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
  /** The operator's name and picture, and the color of links and buttons; an empty text stands for Coatcheck's. */
  name,
  logo,
  color,
  /** The addresses of the operator's pages. */
  links: { terms, privacy, support },
  /** Where to go after the sign-in, if the visitor was sent here by a page that the service trusts. */
  returnTo,
} as const
