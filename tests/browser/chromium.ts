import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The headless shell needs a quarter of the CPU time of the full browser. */
const SHELL = '/usr/bin/chromium-headless-shell'
const EXECUTABLE = process.env.CHROMIUM || (existsSync(SHELL) ? SHELL : '/usr/bin/chromium')

const ARGUMENTS = [
  '--no-sandbox', // containers lack the user namespaces, and the tests open only trusted pages
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
]

/** Launches Debian's Chromium, headless. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(
      `${EXECUTABLE} does not exist. Install Debian's package chromium-headless-shell or chromium, or set CHROMIUM to the path of another Chromium.`,
    )
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS })
}
