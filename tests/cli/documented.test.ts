import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { beforeAll, expect, test } from 'vitest'
import { registerSessions } from '../../cli/sessions.ts'
import { registerUsers } from '../../cli/users.ts'

// docs/command-line.md names what there is, and nothing else.

const program = new Command()
registerUsers(program, () => async () => {})
registerSessions(program, () => async () => {})
const commands = program.commands.flatMap((group) =>
  group.commands.map((command) => ({ name: `${group.name()} ${command.name()}`, command })),
)
let documented: string
beforeAll(async () => {
  documented = await readFile('docs/command-line.md', 'utf8')
})

test.each(commands)('$name has its heading, with its arguments', ({ name, command }) => {
  const args = command.registeredArguments.map((one) => {
    const inner = one.variadic ? `${one.name()}...` : one.name()
    return one.required ? ` <${inner}>` : ` [${inner}]`
  })
  expect(documented).toMatch(new RegExp(`^### .*\`${`${name}${args.join('')}`.replace(/[[\]().]/g, '\\$&')}\``, 'm'))
})

test('every option is named, and no other', () => {
  const options = new Set(commands.flatMap(({ command }) => command.options.map(({ long }) => long)))
  const ofAws = ['--stack-name', '--logical-resource-id', '--query', '--output', '--secret-id']
  const named = new Set(documented.match(/(?<![\w-])--[a-z][a-z-]*/g))
  expect([...named].filter((name) => !ofAws.includes(name)).toSorted()).toEqual([...options].toSorted())
})

test('the commands at the top are these', () => {
  for (const group of program.commands)
    expect(documented).toContain(`coatcheck ${group.name()} ${group.commands.map((one) => one.name()).join('|')}\n`)
})
