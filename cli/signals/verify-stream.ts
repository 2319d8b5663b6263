import { systemRandomText } from '../../lib/system.ts'
import { type Context, type ExitCode, Failure } from '../command.ts'
import { conclude } from '../terminal.ts'
import { fieldsOf, openTransmitter, type SignalOptions, type Transmitter } from './transmitter.ts'

interface Options extends SignalOptions {
  readonly stream?: string
}

const STATE_LENGTH = 12

/**
 * `signals verify`: asks the transmitter to send a verification event (Shared Signals Framework 1.0 §8.1.4). Two requests;
 * three without `--stream`. The service logs the event's arrival.
 */
export async function verifyStream(
  { environment, terminal }: Context,
  id: string,
  options: Options,
): Promise<ExitCode> {
  const transmitter = await openTransmitter(environment, id, options)
  const streamId = options.stream ?? (await findStream(transmitter))
  const state = systemRandomText(STATE_LENGTH)
  await transmitter.request('verification_endpoint', 'POST', { stream_id: streamId, state })
  const text = `Asked for a verification of the stream ${streamId}. The service logs provider_signal with the state ${state} once it arrives.`
  await conclude(terminal, options.json ? JSON.stringify({ streamId, state }) : text)
  return 0
}

/** @throws Failure if no stream leads to the service */
async function findStream({ request, receiver }: Transmitter): Promise<string> {
  const streams = [await request('configuration_endpoint', 'GET')].flat().map(fieldsOf)
  const found = streams.find(({ delivery }) => fieldsOf(delivery).endpoint_url === receiver)
  if (typeof found?.stream_id === 'string') return found.stream_id
  throw new Failure('not_found', `No stream leads to ${receiver}.`, 'Create one: npx coatcheck signals create-stream')
}
