import type { Config } from '../lib/config.ts'
import { ownWords } from '../lib/passwords/own-words.ts'
import { configuredHasher, parsePassword } from '../lib/passwords/password-hasher.ts'
import { assertNewPassword } from '../lib/passwords/password-rules.ts'
import { Secret } from '../lib/secret.ts'
import { systemRandomText } from '../lib/system.ts'
import { UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

export interface PasswordOptions {
  readonly passwordStdin?: boolean | undefined
  readonly generate?: boolean | undefined
}

/** A new password; `generated` is to be printed once. */
export interface NewPassword {
  readonly password: Secret
  readonly generated: boolean
}

/** Letters and digits that are easy to tell apart and to select with a double click; 24 of them carry 137 bits. */
const EASY = /[abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789]/g
const LENGTH = 24
/** More than any password has, and a line end. */
const MOST_BYTES = 2048

/**
 * The password from standard input, by the rules for new ones, or a generated one.
 * @throws UsageError for wrong usage, PasswordRejectedError for a password that breaks a rule.
 */
export async function newPassword(
  { passwordStdin = false, generate = false }: PasswordOptions,
  about: { email: string; name?: string | undefined },
  { config, terminal }: { config: Config; terminal: Terminal },
): Promise<NewPassword> {
  if (passwordStdin && generate) throw new UsageError('Give --password-stdin or --generate, not both.')
  if (!passwordStdin) return { password: new Secret(generated()), generated: true }
  const password = await fromStandardInput(terminal)
  const { origin } = config
  assertNewPassword(password, { minLength: config.password.minLength, words: ownWords({ ...about, origin }) })
  return { password, generated: false }
}

/** Never as an argument: those stand in the shell's history and in everybody's `ps`. */
async function fromStandardInput({ input, isTyped }: Terminal): Promise<Secret> {
  if (isTyped)
    throw new UsageError('--password-stdin reads a pipe, since here it would be seen: pipe it in, or use --generate.')
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    length += chunk.length
    if (length > MOST_BYTES) break
    chunks.push(chunk)
  }
  const password = length > MOST_BYTES ? undefined : parsePassword(decoded(Buffer.concat(chunks)))
  if (!password)
    throw new UsageError('Expected a password of 1 to 1,024 bytes of UTF-8 on standard input, in one line.')
  return password
}

/** One line, without its end; '' for what is none. */
function decoded(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
    return /[\r\n]/.test(text) ? '' : text
  } catch {
    return ''
  }
}

function generated(): string {
  let text = ''
  while (text.length < LENGTH) text += (systemRandomText(LENGTH).match(EASY) ?? []).join('')
  return text.slice(0, LENGTH)
}

/** The stored form of a password. @throws ConfigError without a pepper. */
export function hashPassword(password: Secret, config: Config): Promise<string> {
  return configuredHasher(config.password).hash(password)
}
