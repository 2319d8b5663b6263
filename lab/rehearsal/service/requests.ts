import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

const Request = v.strictObject({
  /** Method and path with its query, such as `POST /notes`. */
  route: v.pipe(v.string(), v.regex(/^[A-Z]+ \/\S*$/, 'expected a method and a path, such as "POST /notes"')),
  /** Scopes of the session that is sent; without it the request has no credential. */
  scopes: v.optional(v.array(v.string())),
  headers: v.optional(v.record(v.string(), v.string())),
  body: v.optional(v.unknown()),
  /** The status of the response. */
  expect: v.number(),
})

const Event = v.strictObject({
  /** The name in serverless.yml. */
  function: v.string(),
  event: v.unknown(),
  expect: v.picklist(['response', 'error']),
})

const Requests = v.array(v.union([Request, Event]))

/** What a service is asked in its rehearsal. */
export type ServiceRequest = v.InferOutput<typeof Request>
export type ServiceEvent = v.InferOutput<typeof Event>

/**
 * Reads `rehearsal.json` of a service's folder.
 * @returns undefined if there is none
 * @throws Error that names the file and the first invalid entry
 */
export async function readRequests(folder: string): Promise<(ServiceRequest | ServiceEvent)[] | undefined> {
  const file = join(folder, 'rehearsal.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { output, issues, success } = v.safeParse(Requests, JSON.parse(text))
  if (success) return output
  const [issue] = issues
  throw new Error(
    `${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}. An entry has route, expect and, if needed, scopes, headers and body; or function, event and expect.`,
  )
}
