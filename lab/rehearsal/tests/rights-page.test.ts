import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { statementsByFunction } from '../../../tests/support/role.ts'
import { attributesOf, leadingKeysOf } from '../rights/roles.ts'

// docs/rights.md is written by `npm run rehearse -- --write`, which is not part of every run of the tests.

test('docs/rights.md has every right of serverless.yml, and no other: otherwise run npm run rehearse -- --write', async () => {
  const page = await readFile('docs/rights.md', 'utf8')
  const rows = page.split('\n').filter((line) => /^\| [\w-]+ \| (?!action)/.test(line))
  const written = rows.map((row) =>
    row
      .split('|')
      .slice(1, 6)
      .map((cell) => cell.trim()),
  )
  const declared = [...(await statementsByFunction())].flatMap(([name, statements]) => {
    const rights = statements.flatMap(({ Action, Resource, Condition = {} }) =>
      Action.filter((action) => !action.startsWith('logs:')).map((action) => {
        if (!action.startsWith('dynamodb:')) return [name, action, '', '', '']
        const ofIndex = /^\$\{(\w+)\.Arn\}\/index\//.exec(Resource['Fn::Sub'] ?? '')?.[1] ?? ''
        const [id, attribute] = Resource['Fn::GetAtt'] ?? [ofIndex]
        const table = `${id.replace('Table', '').toLowerCase()}${attribute === 'StreamArn' ? ' stream' : ''}`
        const attributes = attributesOf({ Condition }) ?? []
        const keys = leadingKeysOf({ Condition }) ?? []
        const inCode = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(' ')
        return [name, action.slice('dynamodb:'.length), table, inCode(attributes) || 'all', inCode(keys)]
      }),
    )
    return rights.length > 0 ? rights : [[name, 'none', '', '', '']]
  })
  expect(written.map((row) => row.join(' | ')).sort()).toEqual(declared.map((row) => row.join(' | ')).sort())
})
