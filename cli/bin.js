#!/usr/bin/env node
// The command line: from its sources in the checkout, where npm puts Node 24 first; from what is built of them elsewhere.
import { existsSync } from 'node:fs'

const source = new URL('./coatcheck.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/cli/coatcheck.js', import.meta.url).href)
