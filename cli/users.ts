import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

const FORCE = ['--force', 'use scopes that look misspelt'] as const
const YES = ['--yes', 'skip the question'] as const
const USER = ['<user>', 'email or id'] as const
const STDIN = ['--password-stdin', 'read the password from standard input'] as const
const GENERATE = ['--generate', 'generate a password and print it once (default)'] as const

/** Registers the commands of `coatcheck users`. */
export function registerUsers(program: Command, run: Run): void {
  const users = program.command('users').description('Manages the users of a stack.')

  stackCommand(users, 'create', 'Creates a user.')
    .argument('<email>')
    .option('--name <name>', 'display name')
    .option('--scopes <scopes>', 'scopes to grant, separated by commas')
    .option(...FORCE)
    .option(...STDIN)
    .option(...GENERATE)
    .option('--no-password', 'set no password: the user cannot sign in until one is set')
    .action(run(async () => (await import('./users/create.ts')).createUser))

  stackCommand(users, 'list', 'Lists users, in the order of the table.')
    .option('--limit <number>', 'maximum number of users (default: 100)')
    .option('--all', 'all users')
    .option('--search <text>', 'only users with this text in their email or name, in any case; reads the whole table')
    .action(run(async () => (await import('./users/list.ts')).listUsers))

  stackCommand(users, 'show', 'Shows a user, and the rate limits that are in force for the account.')
    .argument(...USER)
    .option('--source <addresses...>', 'also the limits of these IP addresses, which have signed in to it before')
    .action(run(async () => (await import('./users/show.ts')).showUser))

  stackCommand(users, 'set-scopes', 'Sets the scopes of a user; removing a scope revokes all sessions of the user.')
    .argument(...USER)
    .argument('[scopes...]', 'the complete list of scopes')
    .option('--add <scopes>', 'scopes to add, separated by commas')
    .option('--remove <scopes>', 'scopes to remove, separated by commas')
    .option('--none', 'remove all scopes')
    .option(...FORCE)
    .option(...YES)
    .action(run(async () => (await import('./users/set-scopes.ts')).setScopes))

  stackCommand(users, 'set-password', 'Replaces the password of a user and revokes all sessions of the user.')
    .argument(...USER)
    .option(...STDIN)
    .option(...GENERATE)
    .option(...YES)
    .action(run(async () => (await import('./users/set-password.ts')).setPassword))

  stackCommand(users, 'unlock', 'Unlocks an account that was rate-limited after too many wrong passwords.')
    .argument(...USER)
    .option(
      '--source <addresses...>',
      'also unlock the account for these IP addresses, which have signed in to it before',
    )
    .action(run(async () => (await import('./users/unlock.ts')).unlockUser))

  stackCommand(users, 'reset-factors', 'Removes the second factors of a user and revokes all sessions of the user.')
    .argument(...USER)
    .option(...YES)
    .action(run(async () => (await import('./users/reset-factors.ts')).resetFactors))

  stackCommand(
    users,
    'send-reset',
    'Mails a user a link that sets a new password; the password stays until it is used.',
  )
    .argument(...USER)
    .action(run(async () => (await import('./users/send-reset.ts')).sendReset))

  stackCommand(users, 'invite', 'Mails a link that opens an account with these scopes, once.')
    .argument('<email>')
    .option('--name <name>', 'display name, unless the user chooses another')
    .option('--scopes <scopes>', 'scopes to grant, separated by commas')
    .option(...FORCE)
    .action(run(async () => (await import('./users/invite.ts')).inviteUser))

  stackCommand(users, 'disable', 'Disables a user: rejects their logins and revokes all their sessions.')
    .argument(...USER)
    .option(...YES)
    .action(run(async () => (await import('./users/disable.ts')).disableUser))

  stackCommand(users, 'enable', 'Enables a user: they can sign in again.')
    .argument(...USER)
    .action(run(async () => (await import('./users/enable.ts')).enableUser))

  stackCommand(users, 'delete', 'Deletes a user permanently and revokes all their sessions.')
    .argument(...USER)
    .option(...YES)
    .action(run(async () => (await import('./users/delete.ts')).deleteUser))

  stackCommand(users, 'export', 'Prints what the tables hold about a user, as one JSON document.')
    .argument(...USER)
    .option('--out <file>', 'write the document to this file instead, which only its owner can read')
    .addHelpText(
      'after',
      '\nContains the user, the sessions, the rate limits in force and the activity, without any credential or hash. Failed\nsign-ins and rate limits are found only with PASSWORD_PEPPER. The logs are not included: docs/privacy.md.',
    )
    .action(run(async () => (await import('./users/export.ts')).exportUserData))

  stackCommand(users, 'erase', 'Deletes a user and their activity permanently and revokes all their sessions.')
    .argument(...USER)
    .option(...YES)
    .addHelpText(
      'after',
      '\nAfter an interruption, run it again. The id of a user who was deleted before erases what is left. Logs, backups and\npublished events are not erased: docs/privacy.md.',
    )
    .action(run(async () => (await import('./users/erase.ts')).eraseUserData))

  stackCommand(users, 'import', 'Creates a user for each line of a file; existing users stay unchanged.')
    .argument('<file>', 'JSON lines or CSV; - for standard input')
    .option('--format <format>', 'jsonl or csv (default: csv if the name of the file ends in .csv)')
    .option('--dry-run', 'validate all lines and write nothing')
    .option('--firebase-hash-config <file>', 'file with the hash_config that the Firebase console shows')
    .option(
      '--ignore-fields <names>',
      'fields to drop, even if they look like a password hash or a lock; separated by commas',
    )
    .action(run(async () => (await import('./users/import.ts')).importFile))

  stackCommand(users, 'prune', 'Deletes what interrupted registrations, imports and deletions have left.')
    .option('--dry-run', 'only show what would be deleted')
    .option(...YES)
    .addHelpText(
      'after',
      '\nDeletes users without a pointer of their email, who cannot sign in, if they are older than 15 minutes, and pointers\nwithout a user. Costs a Scan of the users table and one read unit for each of its items.',
    )
    .action(run(async () => (await import('./users/prune.ts')).pruneUsers))
}
