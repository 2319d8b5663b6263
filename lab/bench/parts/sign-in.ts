import { compare, genSalt, hash } from 'bcryptjs'
import { tableVariables } from '../../../local/table-settings.ts'
import { createTables, IP } from '../coatcheck.ts'
import { startEmbedded } from '../engine.ts'
import { httpEvent } from '../http-event.ts'
import { lambdaContext } from '../lanes.ts'
import { excessOf } from '../rounds.ts'
import { dataOf, type Finding, type Part, spread, timesOf } from '../section.ts'
import { blocksOf, type Measured, takeTurns } from '../turns.ts'

const LOGIN = 'POST /auth/login'
const REGISTER = 'POST /auth/register'
const VERIFY = 'bcrypt: a verification'
const HASH = 'bcrypt: a hash'
/** The lowest cost of bcrypt, so that its time, which is subtracted, varies little. */
const COST = 4
const MOST_MS = 10
const PASSWORD = 'correct horse battery staple'

/** The time of login and registration without bcrypt, on the embedded engine. */
export const measure: Part = async ({ quick }, progress) => {
  const engine = await startEmbedded()
  const tables = await createTables(engine.endpoint, 'sign-in')
  Object.assign(process.env, {
    NODE_ENV: 'test', // lets bcrypt be cheap
    BCRYPT_COST: String(COST),
    PASSWORD_PEPPER: 'a pepper for measuring, not for anything else',
    DYNAMODB_ENDPOINT: engine.endpoint,
    ...tableVariables(tables),
    ACTIVITY_DAYS: '0',
    LOGIN_ATTEMPTS_PER_SOURCE: '1000000', // all come from one address
    REGISTRATIONS_PER_SOURCE: '1000000',
  })
  const login = (await import('../../../functions/login.ts')).handler
  const register = (await import('../../../functions/register.ts')).handler
  const hashed = await hash(PASSWORD, COST)
  const waiting: string[] = []
  let users = 0

  const registerOne = async () => {
    const email = `user-${++users}@example.com`
    await expectStatus(201, register(post('/auth/register', { email, password: PASSWORD }), lambdaContext()))
    waiting.push(email)
  }
  const loginOne = async () => {
    const body = { email: waiting.shift(), password: PASSWORD, credential: 'bearer' }
    await expectStatus(200, login(post('/auth/login', body), lambdaContext()))
  }
  const turns = quick ? { rounds: 15, calls: 6, warmUp: 10 } : { rounds: 150, calls: 8, warmUp: 30 }
  for (let ahead = 0; ahead < turns.calls; ahead++) await registerOne()
  const lanes = [
    { name: REGISTER, run: registerOne },
    { name: HASH, run: async () => hash(PASSWORD, await genSalt(COST)) },
    { name: LOGIN, run: loginOne },
    { name: VERIFY, run: () => compare(PASSWORD, hashed) },
  ]
  const measured = await takeTurns(lanes, turns, progress)
  await engine.close()
  return {
    title: 'Signing in',
    findings: [found('login', LOGIN, VERIFY, measured), found('registration', REGISTER, HASH, measured)],
    text: `The two functions as Lambda calls them, with \`dynalite\` in a process of its own whatever the engine of the rest; each login is the first of a user just registered, from ${IP}. Subtracted is one verification, or one hash, of the same cost, measured in the same rounds. The cost is ${COST}, which only tests may set: at 10 or more bcrypt would be a hundred milliseconds, and the wavering of that as large as the figure sought. What is left does not depend on the cost. ${turns.rounds} rounds of ${turns.calls} calls a lane.\n\n${timesOf(measured)}`,
    data: dataOf(measured),
  }
}

function found(what: string, route: string, bcrypt: string, measured: Measured): Finding {
  const { median, low, high } = excessOf(blocksOf(measured, route), blocksOf(measured, bcrypt))
  return {
    what: `${what} beyond bcrypt itself`,
    target: `≤ ${MOST_MS} ms`,
    result: spread({ median: median / 1000, low: low / 1000, high: high / 1000 }, 1, ' ms'),
    met: median <= MOST_MS * 1000,
  }
}

/** The handlers' own type of an event has a body that has been read already. */
const post = (path: string, body: object) => httpEvent('POST', path, { body }) as never

async function expectStatus(status: number, answer: Promise<unknown>): Promise<void> {
  const { statusCode } = (await answer) as { statusCode: number }
  if (statusCode !== status) throw new Error(`${JSON.stringify(await answer)} where ${status} was expected`)
}
