import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The service in the package, with functions that are bundled already; without it, this is a checkout. */
const PACKAGED = fileURLToPath(new URL('../service', import.meta.url))
const CHECKOUT = fileURLToPath(new URL('..', import.meta.url))

/** The folder of Coatcheck's own serverless.yml. */
export const SERVICE_FOLDER = existsSync(PACKAGED) ? PACKAGED : CHECKOUT
