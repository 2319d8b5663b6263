import { defineConfig } from 'vitest/config'
import { reporters } from './tests/support/reporters.ts'

/** Tests with a mail server and a parser, which `npm run test:mail` installs. */
export default defineConfig({
  test: {
    include: ['tests/mail/*.mail.ts'],
    reporters,
    testTimeout: 20_000,
    maxWorkers: 1,
  },
})
