import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CONTENTS } from './contents.ts'
import { ROOT_PAGES, readPage } from './page.ts'

// Writes src/content/docs from README.md and docs/, which are the only source of the site's texts.

const here = import.meta.dirname
const root = join(here, '..')
const target = join(here, 'src/content/docs')
rmSync(target, { recursive: true, force: true })

const files = [
  ...Object.keys(ROOT_PAGES),
  ...markdownOf('docs').filter((file) => CONTENTS.some(({ pages }) => pages.includes(file.slice(5, -3)))),
  ...markdownOf('docs/decisions'),
]
for (const file of files) write(ROOT_PAGES[file] ?? file.slice(5, -3), file, readFileSync(join(root, file), 'utf8'))

const decisions = markdownOf('docs/decisions').map((file) => {
  const { title } = readPage(file, readFileSync(join(root, file), 'utf8'))
  return `- [${title}](${file.slice(5)})`
})
write('decisions/index', 'docs/all', `# Decisions\n\nTen lines each: why it is so.\n\n${decisions.join('\n')}\n`)

cpSync(join(root, 'docs/screens'), join(here, 'public/screens'), { recursive: true })
cpSync(join(root, 'docs/pictures'), join(here, 'public/pictures'), { recursive: true })

function markdownOf(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))
  return names.toSorted().map((name) => `${folder}/${name}`)
}

function write(name: string, file: string, text: string): void {
  const { title, description, body } = readPage(file, text)
  const path = join(target, `${name}.md`)
  mkdirSync(dirname(path), { recursive: true })
  const head = ['---', `title: ${JSON.stringify(title)}`, `description: ${JSON.stringify(description)}`]
  if (isLeftOutOfSearch(name)) head.push('pagefind: false')
  head.push('---')
  writeFileSync(path, `${head.join('\n')}\n${body}`)
}

/** Evidence and decisions are linked from where they matter: in the search they would stand before the tasks. */
function isLeftOutOfSearch(name: string): boolean {
  return name.startsWith('decisions/') || CONTENTS.some(({ collapsed, pages }) => collapsed && pages.includes(name))
}
