import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** A code block of a Markdown page. */
export interface CodeBlock {
  readonly page: string
  readonly line: number
  /** As after the three backticks; empty for output, queries and other text. */
  readonly language: string
  readonly code: string
  /** Why no test runs it: `<!-- not run: reason -->` above the block. */
  readonly notRun?: string
}

/** The pages whose code blocks are tested. */
export const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync(['docs/*.md', 'examples/*/README.md']).sort()]

export async function codeBlocks(): Promise<CodeBlock[]> {
  return (await Promise.all(PAGES.map(async (page) => blocksOf(page, await readFile(page, 'utf8'))))).flat()
}

function blocksOf(page: string, text: string): CodeBlock[] {
  const block = /^(?: *<!-- not run: (.+) -->\n)?( *)```(\w*)\n([\s\S]*?)^ *```$/gm
  return [...text.matchAll(block)].map(
    ({ 0: all, 1: notRun, 2: indent = '', 3: language = '', 4: code = '', index }) => ({
      page,
      line: text.slice(0, index + all.indexOf('```')).split('\n').length,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      ...(notRun && { notRun }),
    }),
  )
}
