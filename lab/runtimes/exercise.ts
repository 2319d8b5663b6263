import { createClient, Problem } from '../../client/index.ts'

/** Calls the test server with the client, as an application would, and returns what each call came to. */
export async function exercise(baseUrl: string): Promise<Record<string, unknown>> {
  const client = createClient({ baseUrl, token: 'cct_a' })
  const email = 'ann+test@example.com'
  return {
    success: await outcome(() => client('GET /health')),
    body: await outcome(() => client('POST /auth/login', { body: { email, password: 'p' } })),
    query: await outcome(() => client('GET /admin/users', { query: { email } })),
    problem: await outcome(() => client('GET /auth/sessions')),
    redirect: await outcome(() => client('GET /auth/session')),
    timeout: await outcome(() => createClient({ baseUrl, token: 'cct_a', timeoutSeconds: 0.3 })('POST /auth/logout')),
    aborted: await outcome(() => client('GET /health', { signal: AbortSignal.abort(new Error('left')) })),
    offline: await outcome(() => createClient({ baseUrl: 'http://127.0.0.1:9', token: 'cct_a' })('GET /health')),
    mistake: await outcome(() => createClient({ baseUrl: 'auth.example.com' })('GET /health')),
  }
}

async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await call()) ?? 'nothing'
  } catch (error) {
    if (error instanceof Problem) return `Problem ${error.code}`
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}
