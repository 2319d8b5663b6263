import { SIGNALS } from '../../lib/identity/security-event.ts'
import type { Context, ExitCode } from '../command.ts'
import { conclude } from '../terminal.ts'
import { fieldsOf, openTransmitter, type SignalOptions } from './transmitter.ts'

/** `signals create-stream`: creates the stream of a provider by push (Shared Signals Framework 1.0 §8.1.1). Two requests. */
export async function createStream(
  { environment, terminal }: Context,
  id: string,
  options: SignalOptions,
): Promise<ExitCode> {
  const transmitter = await openTransmitter(environment, id, options)
  const { verification: _, ...wanted } = SIGNALS
  const stream = fieldsOf(
    await transmitter.request('configuration_endpoint', 'POST', {
      delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: transmitter.receiver },
      events_requested: Object.values(wanted).flat(),
      description: 'Coatcheck',
    }),
  )
  const { stream_id: streamId, aud } = stream
  const signals = {
    audience: [aud ?? []].flat(),
    ...(transmitter.issuer !== transmitter.provider.issuer && { issuer: transmitter.issuer }),
    ...(transmitter.keys !== undefined && { keys: transmitter.keys }),
  }
  const text = [
    `Created the stream ${String(streamId)}, which leads to ${transmitter.receiver}.`,
    `Give the provider ${JSON.stringify(id)} these settings, and deploy:`,
    `  "signals": ${JSON.stringify(signals)}`,
    `Then: npx coatcheck signals verify ${id} --stream ${String(streamId)}`,
  ]
  await conclude(
    terminal,
    options.json ? JSON.stringify({ streamId, signals, events: stream.events_delivered }) : text.join('\n'),
  )
  return 0
}
