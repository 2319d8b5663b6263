import type { Config } from '../lib/config.ts'
import { parseLocalEndpoint } from '../lib/dynamodb/local-endpoint.ts'
import type { Environment } from '../lib/environment.ts'
import { type EventBridge, startEventBridge } from './events/event-bridge.ts'
import { type Mailbox, startMailbox } from './mailbox/mailbox.ts'

export interface AwsServicesOptions {
  readonly environment: Environment
  readonly config: Config
  /** Of the engine; its credentials sign the calls of the other services as well. */
  readonly endpoint: string
  readonly region: string
  readonly dataFolder: string
  readonly log: (line: string) => void
  readonly watch: boolean
}

/** Stand-ins for the services that functions call besides DynamoDB. */
export interface AwsServices {
  /** What leads functions to them. */
  readonly environment: Environment
  readonly bridge: EventBridge
  /** None if the environment chooses a mailer of its own. */
  readonly mailbox: Mailbox | undefined
  close(): Promise<void>
}

/** Starts EventBridge, and the mailbox in the place of Amazon SES unless the environment names another mailer. */
export async function startAwsServices(options: AwsServicesOptions): Promise<AwsServices> {
  const { environment, config, endpoint, region, dataFolder: folder, log, watch } = options
  const { credentials } = parseLocalEndpoint(endpoint)
  const { MAILER, MAIL_ENDPOINT } = environment
  const usesMailbox = (MAILER || 'ses') === 'ses' && !MAIL_ENDPOINT
  const mailbox = usesMailbox ? await startMailbox({ credentials, folder, log }) : undefined
  const url = config.events.url
  const bridge = await startEventBridge({ credentials, region, url, log, ...(watch && { show: log }) })
  return {
    environment: {
      EVENTS_ENDPOINT: config.events.endpoint ?? bridge.endpoint,
      MAILER: MAILER || 'ses',
      MAIL_ENDPOINT: MAIL_ENDPOINT || mailbox?.endpoint,
    },
    bridge,
    mailbox,
    close: async () => {
      await bridge.close()
      await mailbox?.close()
    },
  }
}
