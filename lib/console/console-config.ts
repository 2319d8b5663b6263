import type { Config } from '../config.ts'
import { ConfigError } from '../config-error.ts'
import { configReader } from '../config-reader.ts'
import type { Environment } from '../environment.ts'

/** The languages that the console is translated to. */
const LANGUAGES = ['en', 'de'] as const
export type ConsoleLanguage = (typeof LANGUAGES)[number]

/** What makes the console the operator's own. */
export interface ConsoleConfig {
  readonly name: string
  /** The address of a picture; `''`: Coatcheck's ticket. */
  readonly logoUrl: string
  /** Of links and buttons; `''`: Coatcheck's. */
  readonly color: string
  readonly links: Readonly<Record<'terms' | 'privacy' | 'support', string>>
  /** The offered languages; the first is for browsers that prefer none of them. */
  readonly languages: readonly [ConsoleLanguage, ...ConsoleLanguage[]]
}

/** Quotes and angle brackets would end the attribute of the page that has the value. */
const NAME = /^[^\p{Cc}\p{Zl}\p{Zp}<>"&]{1,40}$/u
const COLOR = /^#[\da-f]{6}$/i
const URL_CHARACTERS = '[^\\s"\'<>&;,\\\\]'
const LOGO = new RegExp(`^(?:https://|/)${URL_CHARACTERS}{1,500}$`)
const LINK = new RegExp(`^(?:https://|/(?!/)|mailto:)${URL_CHARACTERS}{1,500}$`)

/**
 * Reads the configuration of the console from environment variables, with the defaults of the README's table.
 * @throws ConfigError that lists every problem
 */
export function parseConsoleConfig(env: Environment, { deployed }: Pick<Config, 'deployed'>): ConsoleConfig {
  const problems: string[] = []
  const read = configReader(env, problems)
  const link = (name: string) => read.text(name, '', LINK, 'an address that starts with https://, mailto: or /')
  const config: ConsoleConfig = {
    name: read.text('CONSOLE_NAME', 'Coatcheck', NAME, 'a name of up to 40 characters, without quotes, < and >'),
    logoUrl: read.text('CONSOLE_LOGO_URL', '', deployed ? LOGO : /^[^\s"'<>&;,]+$/, 'the https address of a picture'),
    color: read.text('CONSOLE_COLOR', '', COLOR, 'a colour such as #1d4ed8'),
    links: {
      terms: link('CONSOLE_TERMS_URL'),
      privacy: link('CONSOLE_PRIVACY_URL'),
      support: link('CONSOLE_SUPPORT_URL'),
    },
    languages: parseLanguages(env.CONSOLE_LANGUAGES || LANGUAGES.join(' '), problems),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function parseLanguages(text: string, problems: string[]): ConsoleConfig['languages'] {
  const named = text.split(/[\s,]+/).filter((each) => each !== '')
  const [first, ...others] = named.filter((each): each is ConsoleLanguage => LANGUAGES.some((known) => known === each))
  if (first && others.length === named.length - 1) return [first, ...others]
  problems.push(`\`CONSOLE_LANGUAGES\`: expected some of ${LANGUAGES.join(', ')}, got ${JSON.stringify(text)}`)
  return LANGUAGES
}

/**
 * Chooses the offered language that a browser prefers (RFC 9110 §12.5.4): the highest weight, then the first.
 * @param accepted the header `Accept-Language`
 */
export function negotiateLanguage(accepted: string, languages: ConsoleConfig['languages']): ConsoleLanguage {
  const ranges = accepted.split(',').map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length)
    return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) || 0 }
  })
  ranges.sort((a, b) => b.weight - a.weight) // stable
  for (const { language, weight } of ranges) {
    const found = weight > 0 && languages.find((each) => each === language || language === '*')
    if (found) return found
  }
  return languages[0]
}
