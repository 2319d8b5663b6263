import type { Described, OpenApi } from './described.ts'
import { codeBlock, escapeHtml, inline, markdown } from './html.ts'
import { renderOperation } from './operation.ts'
import { describeSchema } from './schema.ts'

/**
 * Renders the OpenAPI document as a page without scripts or styles of its own: `docs.css` and `docs.ts` of the console add
 * them. All of it can be read without the script.
 */
export function renderPage(document: OpenApi): string {
  const { info, tags, components } = document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const ofTag = (name: string) => operations.filter(({ operation }) => operation.tags.includes(name))
  const schemas = Object.entries(components.schemas)
  const isProblem = (name: string) => name.startsWith('Problem_')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Coatcheck API</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="docs.css">
<script type="module" src="docs.ts"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="./">Coatcheck</a>
<span class="version">API ${escapeHtml(info.version)}</span>
<a class="source" href="openapi.json">openapi.json</a>
</header>
<div class="docs">
<nav aria-label="Routes">
<div class="search" hidden>
<label for="search">Find a route</label>
<input id="search" type="search" autocomplete="off" spellcheck="false" aria-describedby="found">
<p id="found" class="hint" role="status"></p>
</div>
<div class="list">
<h2><a href="#start">Start</a></h2>
${tags.map(({ name }) => navigation(name, ofTag(name))).join('\n')}
<h2><a href="#problems">Problems</a></h2>
<h2><a href="#schemas">Schemas</a></h2>
</div>
</nav>
<main id="content" tabindex="-1">
<section id="start" class="card">
<h1>Coatcheck API</h1>
${markdown(info.description)}
<h2 class="small">Try it</h2>
<p>Set the address of the service once. Then get a token, which the other commands use.</p>
${codeBlock('Setting the address and the token', START)}
</section>
${tags
  .map(
    ({ name, description }) => `<section class="group" aria-labelledby="${idOf(name)}">
<h2 id="${idOf(name)}">${escapeHtml(name)}</h2>
<p class="lead">${inline(description)}</p>
${ofTag(name)
  .map(({ method, path, operation }) => renderOperation(method, path, operation, document))
  .join('\n')}
</section>`,
  )
  .join('\n')}
<section class="group" aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<p class="lead">Every refusal is a problem document, <code>application/problem+json</code> (RFC 9457).</p>
${schemas
  .filter(([name]) => isProblem(name))
  .map(([name]) => renderProblem(name, document))
  .join('\n')}
</section>
<section class="group" aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${schemas
  .filter(([name]) => !isProblem(name))
  .map(
    ([name, schema]) =>
      `<section class="card" id="schema-${name}"><h3><a class="anchor" href="#schema-${name}">${name}</a></h3>${schema.properties || schema.oneOf ? markdown(schema.description) : ''}${describeSchema(`Fields of ${name}`, schema)}</section>`,
  )
  .join('\n')}
</section>
<p id="none" class="empty" hidden>No route matches. Search for a part of a path, such as <code>sessions</code>.</p>
</main>
</div>
</body>
</html>
`
}

const START = `URL=http://localhost:4000
TOKEN=$(curl -s "$URL/auth/login" -H 'Content-Type: application/json' \\
  -d '{"email":"ada@example.com","password":"correct horse battery staple","credential":"bearer"}' \\
  | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`

const idOf = (name: string) => `tag-${name.toLowerCase().replaceAll(' ', '-')}`

interface Placed {
  readonly method: string
  readonly path: string
  readonly operation: Described
}

function navigation(name: string, operations: readonly Placed[]): string {
  const items = operations.map(
    ({ method, operation: { operationId, summary } }) =>
      `<li data-for="${operationId}"><a href="#${operationId}"><span class="method ${method}">${method.toUpperCase()}</span> <span>${escapeHtml(summary)}</span></a></li>`,
  )
  return `<h2><a href="#${idOf(name)}">${escapeHtml(name)}</a></h2><ul>${items.join('')}</ul>`
}

function renderProblem(name: string, { components }: OpenApi): string {
  const code = name.replace('Problem_', '')
  const { title, status } = components.schemas[name]?.properties ?? {}
  const example = components.examples[code]?.value
  return `<details class="problem-type" id="${name}"><summary><span class="status status-${String(status?.const).charAt(0)}">${escapeHtml(status?.const)}</span> <code>${code}</code> ${escapeHtml(title?.const)}</summary>
${example === undefined ? describeSchema(`Members of ${code}`, components.schemas[name] ?? {}) : codeBlock(`Example of ${code}`, JSON.stringify(example, null, 2))}</details>`
}
