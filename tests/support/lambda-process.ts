import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What Lambda sets. */
export const LAMBDA_ENVIRONMENT = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
}

/** Leads every https request to the stand-in, without TLS, then imports the file and has it answer the event. */
const SCRIPT = `
const { Agent } = process.getBuiltinModule('node:https')
Agent.prototype.createConnection = () => process.getBuiltinModule('node:net').connect(Number(process.env.FAKE_PORT), '127.0.0.1')
const { handler } = await import(process.argv[1])
const answer = await handler(JSON.parse(process.argv[2]), {}).catch((error) => ({ failed: error.name, message: error.message, cause: error.cause?.message }))
console.log(JSON.stringify(answer))
process.exit()`

/** Runs a bundle in a process of its own with the environment that Lambda gives it. @returns what it answers */
export async function runInLambda(file: string, event: object, fakePort: number): Promise<Record<string, unknown>> {
  const args = ['--input-type=module', '-e', SCRIPT, file, JSON.stringify(event)]
  const env = { ...LAMBDA_ENVIRONMENT, FAKE_PORT: String(fakePort), STAGE: 'prod', ORIGIN: 'https://app.example.com' }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
