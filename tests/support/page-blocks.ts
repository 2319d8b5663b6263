import { readFile } from 'node:fs/promises'

/** A code block of a page in docs/. */
export interface PageBlock {
  readonly language: string
  readonly text: string
  /** The name in the line before it, as in `handler.mjs`: */
  readonly file: string | undefined
  /** The heading above it. */
  readonly heading: string
}

/** Reads the code blocks of a page, in order. */
export async function pageBlocks(page: string): Promise<PageBlock[]> {
  const text = await readFile(page, 'utf8')
  const pattern =
    /^#+ (?<heading>.+)$|(?:^`(?<file>[\w./-]+)`[^\n]*:\n\n)?^```(?<language>\w+)\n(?<text>[\s\S]*?)^```$/gm
  const blocks: PageBlock[] = []
  let heading = ''
  for (const { groups = {} } of text.matchAll(pattern)) {
    heading = groups.heading ?? heading
    if (groups.language === undefined) continue
    blocks.push({ language: groups.language, text: groups.text ?? '', file: groups.file, heading })
  }
  return blocks
}
