import { posix } from 'node:path'

/** A page of the site, made from a Markdown file of the repository. */
export interface Page {
  readonly title: string
  readonly description: string
  readonly body: string
}

/** The files outside docs/ that are pages too. */
export const ROOT_PAGES: Readonly<Record<string, string>> = {
  'README.md': 'index',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security-policy',
}

/** The path of a Markdown file on the site; none for files that are not on it. */
export function addressOf(file: string): string | undefined {
  const root = ROOT_PAGES[file]
  if (root) return root === 'index' ? '/' : `/${root}/`
  const [, page] = /^docs\/((?:decisions\/)?[\w-]+)\.md$/.exec(file) ?? []
  if (page) return `/${page}/`
  if (file === 'docs/decisions') return '/decisions/'
  return undefined
}

/**
 * Reads a page: its first heading is the title, its first sentence the description. Links to files on the site lead to
 * their pages, links to other files of the repository become their text.
 */
export function readPage(file: string, text: string): Page {
  const [, title = ''] = /^# (.+)$/m.exec(text) ?? []
  const body = mapProse(text.replace(/^# .+\n/m, ''), (prose) =>
    prose.replace(/(!?)\[((?:[^\][]|!\[[^\]]*\]\([^)]*\)|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (_, image, label, target) => {
      if (/^(https?:|mailto:|#)/.test(target)) return `${image}[${label}](${target})`
      const [path = '', anchor = ''] = target.split(/(?=#)/)
      const named = posix.join(posix.dirname(file), path).replace(/\/$/, '')
      if (image) return `![${label}](/${named.replace(/^docs\//, '')})`
      const address = addressOf(named)
      return address ? `[${label}](${address}${anchor})` : label
    }),
  )
  return { title: plain(title), description: firstSentence(body), body: withRowAnchors(body) }
}

/** Changes what is outside of code blocks. */
function mapProse(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : change(part)))
    .join('')
}

/** Gives each row of a table that begins with a name an anchor: `/problems/#unauthenticated` leads to its row. */
function withRowAnchors(body: string): string {
  const named = new Set<string>()
  return mapProse(body, (prose) =>
    prose.replace(/^\| `(\w+)` \|/gm, (row, name: string) => {
      if (named.has(name)) return row
      named.add(name)
      return row.replace('`', `<span id="${name}"></span>\``)
    }),
  )
}

const plain = (markdown: string) => markdown.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')

function firstSentence(body: string): string {
  const paragraph = body.split(/\n\n+/).find((part) => /^[A-Z`"]/.test(part.trim()) && !part.includes('```')) ?? ''
  const [sentence = ''] = /^[\s\S]*?[.:?](?=\s|$)/.exec(plain(paragraph).trim()) ?? []
  return sentence.replace(/\s+/g, ' ').slice(0, 200)
}
