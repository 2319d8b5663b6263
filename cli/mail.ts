import type { Command } from 'commander'
import type { Run } from './run.ts'
import { EXIT_CODES, stackCommand } from './stack-command.ts'

/** Registers the commands of `coatcheck mail`. */
export function registerMail(program: Command, run: Run): void {
  const mail = program.command('mail').description('Shows and tests the mails of a stack.')

  mail
    .command('preview')
    .description('Writes every mail to files, as HTML and as text, with an index.')
    .option('--out <folder>', 'folder for the files (default: mail-preview)')
    .option('--locale <locale>', 'en or de (default: MAIL_LOCALE, or en)')
    .option('--json', 'JSON output: one document')
    .addHelpText('after', `\nConfiguration: ORIGIN and the MAIL_ variables of the service. ${EXIT_CODES}`)
    .action(run(async () => (await import('./mail/preview.ts')).previewMails))

  stackCommand(mail, 'test', 'Sends one mail through the mailer of a stack.')
    .requiredOption('--to <email>', 'address that receives the mail')
    .option('--kind <kind>', 'kind of the mail (default: password_reset)')
    .option('--locale <locale>', 'en or de (default: MAIL_LOCALE, or en)')
    .action(run(async () => (await import('./mail/send-test.ts')).sendTestMail))
}
