import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readBody } from '../../lib/dynamodb/read-body.ts'

test.each([[[]], [['{}']], [['{"a"', ':', '"é"}']]])('readBody joins the chunks %j', async (pieces) => {
  const stream = new PassThrough()
  const body = readBody(stream)
  for (const piece of pieces) stream.write(piece)
  stream.end()
  expect((await body).toString()).toBe(pieces.join(''))
})

test('readBody rejects when the stream ends early, with or without an error', async () => {
  const [broken, closed] = [new PassThrough(), new PassThrough()]
  const bodies = [broken, closed].map((stream) => readBody(stream).catch((error) => error.message))
  for (const stream of [broken, closed]) stream.write('{"a":')
  broken.destroy(new Error('reset'))
  closed.destroy()
  expect(await Promise.all(bodies)).toEqual(['reset', 'The response ended before its body was complete'])
})
