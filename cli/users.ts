import type { Command } from 'commander'
import type { Run } from './run.ts'
import { stackCommand } from './stack-command.ts'

const YES = ['--yes', 'do not ask'] as const
const USER = ['<user>', 'email or id'] as const
const STDIN = ['--password-stdin', 'read the password from standard input'] as const
const GENERATE = ['--generate', 'make one and print it once (the default)'] as const

/** `coatcheck users …`: what there is, and the file that does it. */
export function registerUsers(program: Command, run: Run): void {
  const users = program.command('users').description('Looks after the users of a stack.')

  stackCommand(users, 'create', 'Creates a user.')
    .argument('<email>')
    .option('--name <name>', 'what to call them')
    .option('--scopes <scopes>', 'what to grant them, apart by commas')
    .option(...STDIN)
    .option(...GENERATE)
    .option('--no-password', 'none: they cannot sign in until one is set')
    .action(run(async () => (await import('./users/create.ts')).createUser))

  stackCommand(users, 'list', 'Lists users, in the order of the table.')
    .option('--limit <number>', 'how many, 100 when left out')
    .option('--all', 'everybody')
    .action(run(async () => (await import('./users/list.ts')).listUsers))

  stackCommand(users, 'show', 'Shows a user.')
    .argument(...USER)
    .action(run(async () => (await import('./users/show.ts')).showUser))

  stackCommand(users, 'set-scopes', 'Sets what a user is granted; taking something away ends all their sessions.')
    .argument(...USER)
    .argument('[scopes...]', 'all of them')
    .option('--add <scopes>', 'these besides, apart by commas')
    .option('--remove <scopes>', 'all but these, apart by commas')
    .option('--none', 'no scopes')
    .option(...YES)
    .action(run(async () => (await import('./users/set-scopes.ts')).setScopes))

  stackCommand(users, 'set-password', 'Replaces the password of a user and ends all their sessions.')
    .argument(...USER)
    .option(...STDIN)
    .option(...GENERATE)
    .option(...YES)
    .action(run(async () => (await import('./users/set-password.ts')).setPassword))

  stackCommand(users, 'unlock', 'Gives an account its attempts back after too many wrong passwords.')
    .argument(...USER)
    .option('--source <addresses...>', 'and these addresses, which have signed in to it before, theirs')
    .action(run(async () => (await import('./users/unlock.ts')).unlockUser))

  stackCommand(users, 'disable', 'Keeps a user from signing in and ends all their sessions.')
    .argument(...USER)
    .option(...YES)
    .action(run(async () => (await import('./users/disable.ts')).disableUser))

  stackCommand(users, 'enable', 'Lets a user sign in again.')
    .argument(...USER)
    .action(run(async () => (await import('./users/enable.ts')).enableUser))

  stackCommand(users, 'delete', 'Deletes a user for good and ends all their sessions.')
    .argument(...USER)
    .option(...YES)
    .action(run(async () => (await import('./users/delete.ts')).deleteUser))

  stackCommand(users, 'import', 'Creates a user for each line of JSON; who is there already stays as they are.')
    .argument('<file>', 'JSON lines of Coatcheck or Auth0; - for standard input')
    .option('--dry-run', 'look at all lines and write nothing')
    .action(run(async () => (await import('./users/import.ts')).importFile))
}
