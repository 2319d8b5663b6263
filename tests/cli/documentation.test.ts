import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { beforeAll, expect, test } from 'vitest'
import { registerActivity } from '../../cli/activity.ts'
import { ERROR_CODES } from '../../cli/command-error.ts'
import { registerMail } from '../../cli/mail.ts'
import { registerSessions } from '../../cli/sessions.ts'
import { registerSignals } from '../../cli/signals.ts'
import { registerUsers } from '../../cli/users.ts'

// docs/command-line.md documents exactly the commands and options that exist.

const program = new Command()
registerUsers(program, () => async () => {})
registerSessions(program, () => async () => {})
registerActivity(program, () => async () => {})
registerMail(program, () => async () => {})
registerSignals(program, () => async () => {})
const commands = program.commands.flatMap((group) =>
  group.commands.map((command) => ({ name: `${group.name()} ${command.name()}`, command })),
)
let documented: string
beforeAll(async () => {
  documented = await readFile('docs/command-line.md', 'utf8')
})

test.each(commands)('docs/command-line.md has a heading for $name with its arguments', ({ name, command }) => {
  const args = command.registeredArguments.map((one) => {
    const inner = one.variadic ? `${one.name()}...` : one.name()
    return one.required ? ` <${inner}>` : ` [${inner}]`
  })
  expect(documented).toMatch(new RegExp(`^### .*\`${`${name}${args.join('')}`.replace(/[[\]().]/g, '\\$&')}\``, 'm'))
})

test('docs/command-line.md names exactly the existing options', () => {
  const options = new Set(commands.flatMap(({ command }) => command.options.map(({ long }) => long)))
  const ofAws = ['--stack-name', '--logical-resource-id', '--query', '--output', '--secret-id']
  const named = new Set(documented.match(/(?<![\w-])--[a-z][a-z-]*/g))
  expect([...named].filter((name) => !ofAws.includes(name)).toSorted()).toEqual([...options].toSorted())
})

test('docs/command-line.md lists the codes of the errors', () => {
  const [, list = ''] = /^`code` is stable: (.*)\.$/m.exec(documented) ?? []
  expect(list.split(', ').toSorted()).toEqual(ERROR_CODES.map((code) => `\`${code}\``).toSorted())
})

test('docs/command-line.md lists the commands at its top', () => {
  for (const group of program.commands)
    expect(documented).toContain(`coatcheck ${group.name()} ${group.commands.map((one) => one.name()).join('|')}\n`)
})
