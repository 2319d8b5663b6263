/** A command of a shell script or of a page's text, split into words. */
export type Words = readonly string[]

/** The commands of a script: one for each line, pipe and substitution, without comments and files. */
export function commandsOf(script: string): Words[] {
  const lines = script
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
  return lines.flatMap((line) => splitCommands(line)).filter((words) => words.length > 0)
}

function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]]
  const token = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(\s#.*$)|(&&|\|\||[;|(){}]|\$\()|([<>]\S*\s?\S*)|(\s+)|(\\.|.)/g
  let word: string | undefined
  const end = () => {
    if (word !== undefined) commands.at(-1)?.push(word)
    word = undefined
  }
  for (const [, double, single, comment, operator, redirection, space, character] of line.matchAll(token)) {
    if (comment) break
    if (space) end()
    else if (operator || (redirection && word === undefined)) {
      end()
      if (operator) commands.push([])
    } else word = (word ?? '') + (double ?? single ?? character ?? redirection ?? '')
  }
  end()
  return commands.map(withoutAssignments)
}

const withoutAssignments = (words: string[]) => {
  const first = words.findIndex((word) => !/^\w+=/.test(word))
  return first === -1 ? [] : words.slice(first)
}
