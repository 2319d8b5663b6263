import type { RouteDeclaration } from '../functions/http/contract.ts'
import { ROUTES } from '../functions/http/routes.ts'

/** What a function needs to be loaded. It makes no call. */
const ENVIRONMENT = {
  STAGE: 'local',
  DYNAMODB_ENDPOINT: 'http://localhost:1',
  PASSWORD_PEPPER: 'only to load the functions, not a pepper',
  FACTOR_KEY: 'only to load the functions, not a factor key',
}

/** The declaration of each route, as its function guards and parses requests; the pages' function declares nothing. */
export async function loadDeclarations(): Promise<Map<string, RouteDeclaration & { readonly hasTables: boolean }>> {
  const before = { ...process.env }
  Object.assign(process.env, ENVIRONMENT)
  try {
    const found = Object.entries(ROUTES).map(async ([route, name]) => {
      const isFile = name === 'console' // its files are built when it is bundled
      const { handler } = isFile ? { handler: { declaration: { query: 'any' as const } } } : await load(name)
      if (!handler?.declaration)
        throw new Error(`functions/${name}.ts exports no route. Build its handler with a route function.`)
      return [route, { ...handler.declaration, hasTables: !isFile && name !== 'health' }] as const
    })
    return new Map(await Promise.all(found))
  } finally {
    for (const name of Object.keys(ENVIRONMENT)) {
      const value = before[name]
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

const load = (name: string): Promise<{ handler?: { declaration?: RouteDeclaration } }> =>
  import(`../functions/${name}.ts`)
