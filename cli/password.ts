import { addAbortSignal } from 'node:stream'
import type { Config } from '../lib/config.ts'
import { createBreachCheck } from '../lib/passwords/breached.ts'
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

/** A new password. A generated one must be printed once. */
export interface NewPassword {
  readonly password: Secret
  readonly generated: boolean
}

/** Letters and digits that are easy to distinguish and to select with a double click; 24 of them carry 137 bits. */
const ALPHABET = /[abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789]/g
const LENGTH = 24
/** More than the longest password and its line end. */
const MAX_BYTES = 2048

/**
 * Reads a password from standard input and applies the rules for new passwords, or generates one. Only a password that is
 * read is looked up among breached ones.
 * @throws UsageError for wrong usage. @throws PasswordRejectedError for a password that breaks a rule. @throws ConfigError
 *   for a file of breached passwords that cannot be read
 */
export async function newPassword(
  { passwordStdin = false, generate = false }: PasswordOptions,
  user: { email: string; name?: string | undefined },
  { config, terminal }: { config: Config; terminal: Terminal },
): Promise<NewPassword> {
  if (passwordStdin && generate)
    throw new UsageError('--password-stdin and --generate exclude each other.', 'Give one of them.')
  if (!passwordStdin) return { password: new Secret(generatePassword()), generated: true }
  const checkBreaches = createBreachCheck(config.password)
  const password = await readStandardInput(terminal)
  const { origin } = config
  assertNewPassword(password, { minLength: config.password.minLength, words: ownWords({ ...user, origin }) })
  await checkBreaches(password, ({ error }) =>
    terminal.complain(`The password is not compared with breached passwords (${(error as Error).message}).`),
  )
  return { password, generated: false }
}

/** An argument would be visible in the shell's history and in the process list. */
async function readStandardInput({ input, isTyped, interruption }: Terminal): Promise<Secret> {
  if (isTyped)
    throw new UsageError(
      '--password-stdin reads from a pipe, not from a terminal.',
      'Pipe the password in, or use --generate.',
    )
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of addAbortSignal(interruption, input)) {
      length += chunk.length
      if (length > MAX_BYTES) break
      chunks.push(chunk)
    }
  } catch (error) {
    interruption.throwIfAborted()
    throw new UsageError(`Standard input cannot be read (${(error as Error).message}).`, 'Pipe the password in.')
  }
  const password = length > MAX_BYTES ? undefined : parsePassword(decodeLine(Buffer.concat(chunks)))
  if (!password)
    throw new UsageError('Invalid password on standard input.', 'Expected one line of 1 to 1,024 bytes of UTF-8.')
  return password
}

/** Decodes one line without its end; '' for several lines or invalid UTF-8. */
function decodeLine(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
    return /[\r\n]/.test(text) ? '' : text
  } catch {
    return ''
  }
}

function generatePassword(): string {
  let text = ''
  while (text.length < LENGTH) text += (systemRandomText(LENGTH).match(ALPHABET) ?? []).join('')
  return text.slice(0, LENGTH)
}

/** @throws ConfigError without a pepper. */
export function hashPassword(password: Secret, config: Config): Promise<string> {
  return configuredHasher(config.password).hash(password)
}
