import { inspect } from 'node:util'
import { createClient, Problem } from 'coatcheck/client'
import { afterEach, describe, expect, test, vi } from 'vitest'

// The client in runtimes whose `fetch`, `Request` and signals differ from Node's. lab/runtimes/ runs it in real ones.

afterEach(() => vi.unstubAllGlobals())

/** A call that records what the runtime's own `fetch` receives. */
function record(answer: () => Response = () => Response.json({})) {
  const requests: [url: string, init: RequestInit][] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push([url, init])
    return answer()
  })
  return requests
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call succeeded'),
    (error: unknown) => error,
  )

describe('the client in Cloudflare Workers', () => {
  /** Throws for the options that workerd does not implement. */
  class WorkersRequest extends Request {
    constructor(url: string, init: RequestInit = {}) {
      for (const field of ['credentials', 'cache'] as const)
        if (field in init) throw new Error(`The '${field}' field on 'RequestInitializerDict' is not implemented.`)
      if (init.redirect === 'error') throw new TypeError('Invalid redirect value, must be one of "follow" or "manual".')
      super(URL.canParse(url) ? url : 'https://localhost/', init) // accepts a relative address
    }
  }

  test('sends none of the options that Workers refuse', async () => {
    vi.stubGlobal('Request', WorkersRequest)
    const requests = record()
    await createClient({ baseUrl: 'https://auth.example.com', token: 'cct_a' })('GET /auth/session')
    const [[url, init] = ['', {}]] = requests
    expect(url).toBe('https://auth.example.com/auth/session')
    expect(Object.keys(init).sort()).toEqual(['headers', 'method', 'redirect', 'signal'])
    expect(init.redirect).toBe('manual')
  })

  test('reports an invalid baseUrl as a mistake', async () => {
    vi.stubGlobal('Request', WorkersRequest)
    const requests = record()
    expect(await failure(createClient({ baseUrl: 'auth.example.com' })('GET /health'))).toBeInstanceOf(TypeError)
    expect(requests).toEqual([])
  })

  test('does not follow a redirect', async () => {
    vi.stubGlobal('Request', WorkersRequest)
    record(() => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }))
    const call = createClient({ baseUrl: 'https://auth.example.com' })('GET /auth/session')
    expect(await failure(call)).toMatchObject({ code: 'unreachable', status: 0 })
  })
})

describe('the client in React Native', () => {
  test('needs neither AbortSignal.any, AbortSignal.timeout nor throwIfAborted, and no pairs in URLSearchParams', async () => {
    const controller = new AbortController()
    class OldSignal extends EventTarget {
      aborted = false
    }
    vi.stubGlobal('AbortSignal', OldSignal)
    vi.stubGlobal('URLSearchParams', class {})
    const requests = record()
    const client = createClient({ baseUrl: 'https://auth.example.com', token: 'cct_a' })
    const query = { email: 'a+b c@example.com' }
    await client('GET /admin/users', { query, signal: new OldSignal() as unknown as AbortSignal })
    await client('POST /auth/introspect', { body: { token: 'a&b \ud800' }, signal: controller.signal })
    expect(requests.map(([url]) => url)).toEqual([
      'https://auth.example.com/admin/users?email=a%2Bb+c%40example.com',
      'https://auth.example.com/auth/introspect',
    ])
    expect(requests[1]?.[1].body).toBe('token=a%26b+%EF%BF%BD')
    const aborted = Object.assign(new OldSignal(), { aborted: true }) as unknown as AbortSignal
    expect(await failure(client('GET /auth/session', { signal: aborted }))).toMatchObject({ message: /aborted/ })
    expect(requests).toHaveLength(2)
  })

  test('needs no Request', async () => {
    vi.stubGlobal('Request', undefined)
    const requests = record()
    await createClient({ baseUrl: 'https://auth.example.com' })('GET /auth/session')
    expect(requests[0]?.[1]).toMatchObject({ credentials: 'include', cache: 'no-store', redirect: 'error' })
  })
})

describe('a mistake in code is not reported as unreachable', () => {
  const query = { email: 'ann@example.com' }

  test.each([
    ['no baseUrl where there is no page', {}],
    ['an invalid baseUrl', { baseUrl: 'auth.example.com' }],
    ['a password in baseUrl', { baseUrl: 'https://ann:secret@auth.example.com' }],
  ])('such as %s', async (_, options) => {
    const error = await failure(createClient(options)('GET /admin/users', { query }))
    expect(error).toBeInstanceOf(TypeError)
    expect(inspect(error)).not.toMatch(/ann/)
    expect((error as Error).message).toContain('`baseUrl`')
  })

  test('such as a runtime without fetch', async () => {
    vi.stubGlobal('fetch', undefined)
    const error = await failure(createClient({ baseUrl: 'https://auth.example.com' })('GET /auth/session'))
    expect(error).toMatchObject({ name: 'TypeError', message: expect.stringContaining('`fetch`') })
  })

  test.each<[string, () => unknown]>([
    ['an undeclared name', () => Promise.reject(new ReferenceError('x is not defined'))],
    ['a property of undefined', async () => (undefined as unknown as { a: number }).a],
    ['a value that is no function', async () => (7 as unknown as () => void)()],
    ['no response', async () => undefined],
    ['an exception', () => JSON.parse('{')],
    ['the wrong receiver', () => Promise.reject(new TypeError('Illegal invocation'))],
  ])('such as %s in a given fetch', async (_, fetch) => {
    const client = createClient({ baseUrl: 'https://auth.example.com', fetch: fetch as never })
    expect(await failure(client('GET /auth/session'))).not.toBeInstanceOf(Problem)
  })

  // the messages of Chromium, Firefox, Safari, Node, Deno, Bun, React Native and Workers
  test.each([
    new TypeError('Failed to fetch'),
    new TypeError('NetworkError when attempting to fetch resource.'),
    new TypeError('Load failed'),
    new TypeError('fetch failed'),
    new TypeError('error sending request for url (https://auth.example.com/): connection refused'),
    Object.assign(new Error('Unable to connect. Is the computer able to access the url?'), {
      code: 'ConnectionRefused',
    }),
    new TypeError('Network request failed'),
    new Error('Network connection lost.'),
    new TypeError('invalid peer certificate: the issuer is not trusted'),
    undefined,
    new DOMException('The operation timed out.', 'TimeoutError'),
  ])('but %s is unreachable', async (reason) => {
    const client = createClient({ baseUrl: 'https://auth.example.com', fetch: () => Promise.reject(reason) })
    expect(await failure(client('GET /auth/session'))).toMatchObject({ code: 'unreachable' })
  })
})
