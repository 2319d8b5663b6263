import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface PublicExport {
  /** Entry point of package.json and name, such as `coatcheck/client createClient`. */
  readonly name: string
  readonly kind: 'function' | 'class' | 'const' | 'interface' | 'type'
  /** Name of the class that a class extends. */
  readonly base: string | undefined
  /** The `ts` blocks of its comment's `@example`s. */
  readonly examples: readonly string[]
}

const ENTRY_POINTS = {
  coatcheck: 'lib/index.ts',
  'coatcheck/middleware': 'middleware/index.ts',
  'coatcheck/authorizer': 'middleware/authorizer.ts',
  'coatcheck/behind-authorizer': 'middleware/behind-authorizer.ts',
  'coatcheck/fetch': 'adapters/fetch.ts',
  'coatcheck/hono': 'adapters/hono.ts',
  'coatcheck/express': 'adapters/express.ts',
  'coatcheck/fastify': 'adapters/fastify.ts',
  'coatcheck/next': 'adapters/next.ts',
  'coatcheck/powertools': 'adapters/powertools.ts',
  'coatcheck/opentelemetry': 'middleware/opentelemetry.ts',
  'coatcheck/dynamodb': 'lib/dynamodb/index.ts',
  'coatcheck/client': 'client/index.ts',
  'coatcheck/testing': 'testing/index.ts',
  'coatcheck/esbuild': 'build/esbuild.ts',
}

const COMMENT = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?/.source
const DECLARATION = new RegExp(
  `${COMMENT}export (?:async )?(function|class|const|interface|type) (\\w+)(?:[^\\n{]*? extends (\\w+))?`,
  'g',
)
const RE_EXPORT = /export (?:type )?(\*|\{[^}]*\}) from '(\.[^']+)'/g

/** Everything that the package's entry points export, read from the sources, which Biome has formatted. */
export async function publicExports(): Promise<PublicExport[]> {
  const found = await Promise.all(
    Object.entries(ENTRY_POINTS).map(async ([entry, path]) =>
      (await exportsOf(path)).map((each) => ({ ...each, name: `${entry} ${each.name}` })),
    ),
  )
  return found.flat()
}

async function exportsOf(path: string): Promise<PublicExport[]> {
  const text = await readFile(path, 'utf8')
  const declared = new Map<string, PublicExport>()
  for (const [, comment = '', kind, name = '', base] of text.matchAll(DECLARATION)) {
    const examples = examplesIn(comment)
    // The first of several overloads may hold the example for all.
    if (!declared.get(name)?.examples.length)
      declared.set(name, { name, kind: kind as PublicExport['kind'], base, examples })
  }
  const reExported = await Promise.all(
    [...text.matchAll(RE_EXPORT)].map(async ([, names = '', from = '']) => {
      const all = await exportsOf(join(dirname(path), from))
      const wanted = [...names.matchAll(/\w+(?=[,\s}])/g)].map(([name]) => name)
      return names === '*' ? all : all.filter(({ name }) => wanted.includes(name))
    }),
  )
  return [...declared.values(), ...reExported.flat()]
}

function examplesIn(comment: string): string[] {
  const text = comment.replace(/^ *\* ?/gm, '')
  return [...text.matchAll(/@example[\s\S]*?```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
}
