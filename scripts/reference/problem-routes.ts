import { readFile } from 'node:fs/promises'
import { markdownTable } from '../../lab/shared/table.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'

interface Operation {
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>
}

/** More routes than these are not named. */
const NAMED = 12

/** The routes of each problem, from openapi.json, whose responses the tests record. */
export async function problemRoutes(): Promise<string> {
  const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, Operation>>
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      route: `\`${method.toUpperCase()} ${path}\``,
      codes: Object.values(responses).flatMap(({ $ref }) => $ref?.split('/').at(-1)?.split('-').slice(1) ?? []),
    })),
  )
  const rows = Object.keys(PROBLEMS).map((code) => {
    const routes = operations.filter(({ codes }) => codes.includes(code)).map(({ route }) => route)
    const named = routes.length > NAMED ? 'many ([routes](routes.md))' : routes.join(', ')
    return [`\`${code}\``, named || 'no route of its own']
  })
  return markdownTable(['code', 'routes'], rows, [0, 1])
}
