import { exercise } from './exercise.ts'

// Started by Node, Deno and Bun with the address of the test server.
declare const process: { argv: string[] }
declare const Deno: { args: string[] } | undefined
const [address = ''] = typeof Deno === 'undefined' ? process.argv.slice(2) : Deno.args
console.log(JSON.stringify(await exercise(address)))
