import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { registerActivity } from '../../cli/activity.ts'
import { registerMail } from '../../cli/mail.ts'
import { registerSessions } from '../../cli/sessions.ts'
import { registerSignals } from '../../cli/signals.ts'
import { registerUsers } from '../../cli/users.ts'
import { CONTENTS } from '../../site/contents.ts'
import { codeBlocks, PAGES } from '../support/code-blocks.ts'
import { commandsOf, type Words } from '../support/shell-commands.ts'

// What can be said of the pages' commands without running them: each exists, with its options and parameters.

const program = new Command()
for (const register of [registerUsers, registerSessions, registerActivity, registerMail, registerSignals])
  register(program, () => async () => {})
/** Commands without a group are registered with the process: they are read from the source. */
const OWN = (await Promise.all(globSync('cli/*.ts').map((file) => readFile(file, 'utf8')))).join('\n')

const texts = new Map(await Promise.all(PAGES.map(async (page) => [page, await readFile(page, 'utf8')] as const)))
const blocks = await codeBlocks()
const scripts = blocks.flatMap(({ page, line, language, code }) =>
  language === 'sh'
    ? [{ where: `${page}:${line}`, script: code }]
    : [...code.matchAll(/^\$ (.+)$/gm)].map(([, script = '']) => ({ where: `${page}:${line}`, script })),
)
/** Commands in the text, such as `npx coatcheck users list`. */
const inline = [...texts].flatMap(([page, text]) =>
  [...text.matchAll(/`(npx (?:coatcheck|serverless) [^`…]+|npm (?:run|start|test)[^`]*)`/g)].map(([, script = '']) => ({
    where: page,
    script,
  })),
)
const commands = [...scripts, ...inline].flatMap(({ where, script }) =>
  commandsOf(script).map((words) => ({ where, words })),
)
const begins = (words: Words, ...start: string[]) => start.every((word, index) => words[index] === word)

test('every page of docs/ stands once in the table of contents of the site (site/contents.ts)', () => {
  const pages = globSync('docs/*.md').map((file) => file.slice('docs/'.length, -'.md'.length))
  const listed = CONTENTS.flatMap((part) => part.pages)
  expect(pages.filter((page) => !listed.includes(page))).toEqual([])
  expect(listed.filter((page, index) => listed.indexOf(page) < index)).toEqual([])
})

describe('commands on pages', () => {
  test('coatcheck: each command and each option exists', () => {
    expect(commands.length).toBeGreaterThan(100)
    const unknown = commands
      .filter(({ words }) => begins(words, 'npx', 'coatcheck'))
      .flatMap(({ where, words }) => unknownOf(words.slice(2)).map((what) => `${where}: ${what}`))
    expect(unknown).toEqual([])
  })

  test('serverless: each --param is a parameter of serverless.yml', async () => {
    const parameters = new Set((await readFile('serverless.yml', 'utf8')).match(/(?<=param:)\w+/g))
    for (const file of globSync(['examples/*/serverless.yml', 'resources/*.yml']))
      for (const name of (await readFile(file, 'utf8')).match(/(?<=param:)\w+/g) ?? []) parameters.add(name)
    const named = [...texts].flatMap(([page, text]) =>
      [...text.matchAll(/--param '?(\w+)=/g)].map(([, name = '']) => ({ page, name })),
    )
    expect(named.filter(({ name }) => name !== 'name' && !parameters.has(name))).toEqual([])
  })

  test('npm: each script is one of package.json', async () => {
    const known = JSON.parse(await readFile('package.json', 'utf8')).scripts
    const unknown = commands.filter(({ words }) => begins(words, 'npm', 'run') && !(words[2] ?? '' in known))
    expect(unknown).toEqual([])
  })
})

/** What commander would refuse in the arguments of `coatcheck`. */
function unknownOf(words: Words): string[] {
  const [name = '', ...rest] = words
  const group = program.commands.find((each) => each.name() === name)
  if (!group) {
    const options = rest.filter((word) => word.startsWith('--') && !OWN.includes(`'${word}`))
    return OWN.includes(`.command('${name}')`) ? options : [`coatcheck ${name}`]
  }
  const command = group.commands.find((each) => each.name() === rest[0])
  if (!command) return [`coatcheck ${name} ${rest[0]}`]
  const known = new Set(command.options.map(({ long }) => long))
  return rest.filter((word) => word.startsWith('--') && !known.has(word)).map((word) => `coatcheck ${name} … ${word}`)
}
