import { parseEmail } from '../email.ts'
import type { Email } from '../user.ts'

/** An address that a mail could not be delivered to, or whose owner reported a mail as spam. */
export interface UndeliverableAddress {
  readonly email: Email
  readonly kind: 'bounce' | 'complaint'
  /** Whether further mails are useless: a full mailbox is not permanent, an unknown one is; every complaint is. */
  readonly permanent: boolean
}

interface Recipient {
  readonly emailAddress?: unknown
}

/**
 * Parses a notification of Amazon SES about bounces and complaints (SES Developer Guide, "Amazon SNS notification
 * contents" and "Event publishing to Amazon SNS").
 * @param message the text of the notification: `Records[].Sns.Message` of the function's event
 * @returns no address for other notifications (deliveries, opens, SNS's own texts) and for malformed ones
 */
export function parseBounce(message: string): readonly UndeliverableAddress[] {
  const notification = parseObject(message)
  const type = notification.notificationType ?? notification.eventType // identities send the first, configuration sets the second
  if (type === 'Bounce') {
    const { bounceType, bouncedRecipients } = objectOf(notification.bounce)
    return addresses(bouncedRecipients, 'bounce', bounceType === 'Permanent')
  }
  if (type === 'Complaint') {
    const { complainedRecipients, complaintFeedbackType } = objectOf(notification.complaint)
    // A receiver who moves a mail out of the spam folder is reported as a complaint of this type.
    return complaintFeedbackType === 'not-spam' ? [] : addresses(complainedRecipients, 'complaint', true)
  }
  return []
}

function addresses(recipients: unknown, kind: 'bounce' | 'complaint', permanent: boolean): UndeliverableAddress[] {
  if (!Array.isArray(recipients)) return []
  return recipients.flatMap((recipient: Recipient) => {
    const { emailAddress } = objectOf(recipient)
    const email = typeof emailAddress === 'string' ? parseEmail(bareAddress(emailAddress)) : undefined
    return email ? [{ email, kind, permanent }] : []
  })
}

/** Some receiving servers report `Ada <ada@example.com>`. */
const bareAddress = (text: string) => /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text

function parseObject(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
