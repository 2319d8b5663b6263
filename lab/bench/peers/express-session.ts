import { createHmac, randomBytes } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import connectDynamodb from 'connect-dynamodb'
import session from 'express-session'
import type { Lane } from '../turns.ts'
import { FACTS, type OpenPeer } from './peer.ts'

const SECRET = 'a secret that signs the cookie of the session'
const WEEK = 7 * 24 * 3600 * 1000

declare module 'express-session' {
  interface SessionData {
    facts: typeof FACTS
  }
}

/** express-session over connect-dynamodb, as Express calls it for a request, without Express and without a socket. */
export const openExpressSession: OpenPeer = async (client, TableName) => {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  const Store = connectDynamodb(session)
  const store = new Store({ client, table: TableName, initialized: true })
  const cookie = { maxAge: WEEK, secure: false }
  const id = randomBytes(24).toString('base64url')
  const data = { cookie: { ...cookie, originalMaxAge: WEEK, expires: new Date(Date.now() + WEEK) }, facts: FACTS }
  await new Promise<void>((resolve, reject) => {
    store.set(id, data as unknown as session.SessionData, (error) => (error ? reject(error) : resolve()))
  })

  const lane = (name: string, options: Partial<session.SessionOptions>): Lane => {
    const middleware = session({ secret: SECRET, store, cookie, ...options })
    return { name, run: () => request(middleware, `connect.sid=${encodeURIComponent(signed(id))}`) }
  }
  return {
    lanes: [
      lane('express-session, its defaults', { resave: true, saveUninitialized: true }),
      lane('express-session, resave and saveUninitialized false', { resave: false, saveUninitialized: false }),
    ],
    text: '`express-session` with `connect-dynamodb`: the middleware as Express calls it for one request, on Node’s own request and response but without a socket: cookie verified, session loaded, a handler that answers with the user’s id, and the response ended, which waits for the store. The table is taken for there (`initialized`).',
  }
}

/** As `cookie-signature` does it. */
const signed = (id: string): string =>
  `s:${id}.${createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '')}`

function request(middleware: ReturnType<typeof session>, cookie: string): Promise<void> {
  const incoming = new IncomingMessage(new Socket())
  Object.assign(incoming, { method: 'GET', url: '/notes', headers: { host: 'app.example.com', cookie } })
  const outgoing = new ServerResponse(incoming)
  outgoing.assignSocket(new Writable({ write: (_, __, done) => done() }) as Socket)
  return new Promise((resolve, reject) => {
    outgoing.on('finish', resolve)
    // Express adds to both what express-session never asks for.
    const [req, res] = [incoming, outgoing] as unknown as Parameters<typeof middleware>
    middleware(req, res, (error) => {
      if (error || !req.session.facts) return reject(error ?? new Error('express-session does not find the session'))
      outgoing.end(JSON.stringify({ userId: req.session.facts.userId }))
    })
  })
}
