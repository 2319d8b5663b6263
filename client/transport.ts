/**
 * The options of `fetch` that a runtime may lack. Cloudflare Workers throw for `credentials`, for `redirect: 'error'` and,
 * depending on the compatibility date, for `cache`.
 */
export interface TransportOptions {
  readonly credentials: 'same-origin' | 'include' | 'omit'
  readonly cache: 'no-store'
  readonly redirect: 'error' | 'manual'
}

/** The options that this runtime accepts. Workers keep no cookies and no cache, so none is lost there. */
export function acceptedOptions(options: TransportOptions): Partial<TransportOptions> {
  const accepted = Object.entries(options).filter(([name, value]) => accepts({ [name]: value }))
  return { redirect: 'manual', ...Object.fromEntries(accepted) }
}

function accepts(init: RequestInit): boolean {
  if (typeof Request !== 'function') return true
  try {
    new Request('https://localhost/', init)
    return true
  } catch {
    return false
  }
}

/**
 * Checks a request that the runtime's own `fetch` is to send.
 * @throws TypeError without the URL, which may contain an email address
 */
export function assertRequest(url: string, init: RequestInit): void {
  if (typeof fetch !== 'function') throw new TypeError('This runtime has no fetch: pass the option `fetch`')
  try {
    const { location } = globalThis as { location?: { readonly href: string } }
    new URL(url, location?.href) // Workers accept a relative address in Request
    if (typeof Request === 'function') new Request(url, init)
  } catch {
    throw new TypeError('Invalid address: pass the origin of the service as `baseUrl`')
  }
}

/** Whether a response is a redirect, which no route sends. */
export function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304)
}

/** Messages of engines for mistakes in code. Messages for failures of the network contain none of these words. */
const MISTAKE = / is not (an? |it|def)|undefined|null|illegal inv/i

/** Whether an error of `fetch` is a mistake in code: both are TypeErrors, and only the message tells them apart. */
export function isMistake(error: unknown): boolean {
  const { name = '', message = '' } = Object(error) as Partial<Error>
  return /^(Range|Reference|Syntax|URI)E/.test(name) || (name === 'TypeError' && MISTAKE.test(message))
}

/** A signal that aborts with another one or after a time. React Native lacks `AbortSignal.any` and `timeout`. */
export function startTimeout(signal: AbortSignal | undefined, seconds: number): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, seconds * 1000)
  signal?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

/** @throws the signal's reason if it has aborted. React Native lacks `throwIfAborted` and `reason`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason ?? new Error('aborted')
}

/** Fields as in a form or query (`application/x-www-form-urlencoded`). React Native's URLSearchParams takes no pairs. */
export function urlEncoded(fields: Readonly<Record<string, string | undefined>>): string {
  const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('%20', '+')
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${encode(name)}=${encode(value)}`]))
    .join('&')
}
