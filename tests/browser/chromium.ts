import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Without a user interface to set up, a page costs a quarter of the processor time. */
const SHELL = '/usr/bin/chromium-headless-shell'
const EXECUTABLE = process.env.CHROMIUM || (existsSync(SHELL) ? SHELL : '/usr/bin/chromium')

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
  if (!existsSync(EXECUTABLE))
    throw new Error(
      `There is no ${EXECUTABLE}: install Debian's package chromium-headless-shell or chromium, or name another one in CHROMIUM.`,
    )
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS })
}
