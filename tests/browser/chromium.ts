import { access } from 'node:fs/promises'
import { type Browser, chromium } from 'playwright-core'

const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium'

const ARGUMENTS = [
  '--no-sandbox', // what is opened is ours, and containers have no user namespaces to make one of
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium as Debian packages it, headless. */
export async function launchChromium(): Promise<Browser> {
  await access(EXECUTABLE).catch(() => {
    throw new Error(`There is no ${EXECUTABLE}: install Debian's package chromium, or name another one in CHROMIUM.`)
  })
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS })
}
