import { PEOPLE } from './people.ts'

// The pages of the stand-in provider. What they show of a request is escaped.

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>body{font:1rem/1.5 system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem}
button{font:inherit;display:block;width:100%;margin:.5rem 0;padding:.75rem;text-align:left}</style>
<h1>${title}</h1>${body}</html>`

/** Asks who signs in. @param query the authorization request, sent on with the choice */
export function choicePage(query: string): string {
  const buttons = PEOPLE.map(({ sub, name, email }) => `<button name="sub" value="${sub}">${name}, ${email}</button>`)
  return page(
    'Stand-in provider',
    `<p>Stands in for Google, Entra or another provider while you develop. Who signs in?</p>
<form method="post" action="/authorize"><input type="hidden" name="query" value="${escaped(query)}">
${buttons.join('\n')}<button name="sub" value="">Give up</button></form>`,
  )
}

/** Shows the sessions of the provider, each with a button that ends it. */
export function sessionsPage(sessions: ReadonlyMap<string, { readonly name: string }>): string {
  const buttons = [...sessions].map(
    ([sid, { name }]) => `<button name="sid" value="${escaped(sid)}">Sign out ${escaped(name)}</button>`,
  )
  const text = buttons.length > 0 ? 'Signing out here ends the sessions of Coatcheck too.' : 'Nobody is signed in.'
  return page('Stand-in provider', `<p>${text}</p><form method="post" action="/sign-out">${buttons.join('\n')}</form>`)
}
