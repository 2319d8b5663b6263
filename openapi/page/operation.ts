import { type Described, type DescribedResponse, nameOf, type OpenApi } from './described.ts'
import { codeBlock, escapeHtml, inline, markdown, table } from './html.ts'
import { describeSchema, typeOf } from './schema.ts'

/** A route: what it takes, what it answers, and how to try it. */
export function renderOperation(method: string, path: string, operation: Described, document: OpenApi): string {
  const { operationId, summary, description, parameters = [], requestBody } = operation
  const route = `${method.toUpperCase()} ${path}`
  const rows = parameters.map((each) => [
    `<code>${escapeHtml(each.name)}</code>${each.required ? '' : ' <span class="optional">optional</span>'}`,
    `${each.in}, ${typeOf(each.schema)}`,
    inline(each.description),
  ])
  const bodies = Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema = {} }]) =>
    describeSchema(`Body, ${mediaType}`, schema),
  )
  return `<section class="card operation" id="${operationId}" data-search="${escapeHtml(`${route} ${summary} ${description}`.toLowerCase())}">
<h3><a class="anchor" href="#${operationId}">${escapeHtml(summary)}</a></h3>
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${escapeHtml(path).replaceAll('/', '/<wbr>')}</code></p>
${markdown(description)}
${needs(operation)}
${table('Parameters', ['Parameter', 'Type', 'Meaning'], rows)}
${bodies.join('')}
<h4>Try it</h4>
${codeBlock(`curl for ${route}`, curl(method, path, operation))}
<h4>Responses</h4>
${Object.entries(operation.responses)
  .map(([status, response]) => renderResponse(status, response, document, `of ${route}`))
  .join('\n')}
</section>`
}

/** The credentials and scopes of a route, as badges. */
function needs({ security }: Described): string {
  const kinds = security.flatMap((each) => Object.keys(each))
  const scopes = [...new Set(security.flatMap((each) => Object.values(each).flat()))]
  if (kinds.length === 0) return '<p class="badges"><span class="badge">no credential</span></p>'
  const isOptional = security.some((each) => Object.keys(each).length === 0)
  const credential = `${kinds.join(' or ')}${isOptional ? ', optional' : ''}`
  const badges = [credential, ...scopes.map((scope) => `scope ${scope}`)]
  return `<p class="badges">${badges.map((text) => `<span class="badge">${escapeHtml(text)}</span>`).join(' ')}</p>`
}

/** A command in which `$URL` is the service and `$TOKEN` a bearer token. */
function curl(method: string, path: string, { security, requestBody }: Described): string {
  const kinds = security.flatMap((each) => Object.keys(each))
  const isOptional = security.some((each) => Object.keys(each).length === 0)
  const [[mediaType, content] = []] = Object.entries(requestBody?.content ?? {})
  const example = Object.values(content?.examples ?? {})[0]?.value
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.replace(/([A-Z])/g, '_$1').toUpperCase()}`)
  const needsToken = kinds.includes('bearer') && (!isOptional || requestBody === undefined)
  const setsCookie = isOptional && requestBody !== undefined
  return [
    `curl -s${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$URL${target}"`,
    ...(needsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(setsCookie && !JSON.stringify(example ?? {}).includes('bearer') ? ['-H "Origin: $URL" -c cookies.txt'] : []),
    ...(mediaType === 'application/json'
      ? ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(example ?? {}).replaceAll("'", "'\\''")}'`]
      : []),
    ...(mediaType === 'application/x-www-form-urlencoded' ? ['-d "token=$OTHER_TOKEN"'] : []),
  ].join(' \\\n  ')
}

function renderResponse(status: string, given: DescribedResponse, document: OpenApi, of: string): string {
  const response = given.$ref ? (document.components.responses[nameOf(given.$ref)] ?? given) : given
  const parts = Object.entries(response.content ?? {}).map(([mediaType, { schema, examples = {} }]) => {
    if (mediaType === 'application/problem+json') return problems(response)
    const shown = Object.values(examples).map(({ value }) =>
      codeBlock(`Example of ${status} ${of}`, typeof value === 'string' ? value : JSON.stringify(value, null, 2)),
    )
    return `<p>Type <code>${escapeHtml(mediaType)}</code>.</p>${schema ? describeSchema('Body', schema) : ''}${shown.join('')}`
  })
  const headers = Object.keys(response.headers ?? {}).map((name) => [
    `<code>${escapeHtml(name)}</code>`,
    inline(document.components.headers[name]?.description),
  ])
  return `<details><summary><span class="status status-${status.charAt(0)}">${status}</span> ${inline(response.description)}</summary>
${parts.join('')}${table('Headers', ['Header', 'Meaning'], headers)}</details>`
}

function problems({ content = {} }: DescribedResponse): string {
  const { schema = {} } = content['application/problem+json'] ?? {}
  const names = [schema, ...(schema.oneOf ?? [])].flatMap(({ $ref }) => ($ref ? [nameOf($ref)] : []))
  const links = names.map((name) => `<a href="#${name}"><code>${name.replace('Problem_', '')}</code></a>`)
  return `<p>A problem document: ${links.join(', ')}.</p>`
}
