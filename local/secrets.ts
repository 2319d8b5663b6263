import type { Service } from './service.ts'

/** Only Coatcheck's own functions receive these, as when deployed. CLIENT_IP_HEADER has no effect without its secret. */
export const SECRETS = [
  ...['PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS', 'FACTOR_KEY', 'FACTOR_KEY_PREVIOUS'],
  ...['ORIGIN_VERIFY_SECRET', 'CLIENT_IP_HEADER', 'SMTP_URL', 'TOKEN_KEYS'],
] as const

/** Gives the secrets to the functions of the first service. */
export function withSecrets([own, ...others]: readonly Service[], secrets: Record<string, string>): Service[] {
  if (!own) return []
  const functions = own.functions.map((definition) => ({
    ...definition,
    environment: { ...definition.environment, ...secrets },
  }))
  return [{ ...own, functions }, ...others]
}

type Settings = Readonly<Record<string, string | undefined>>

export function pick(settings: Settings, names: readonly string[]): Settings {
  return Object.fromEntries(names.map((name) => [name, settings[name]]))
}

export function present(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
