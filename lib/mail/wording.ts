import type { MailKind, MailMessage } from './mail-message.ts'

/** The words of one mail. All texts are plain: whatever comes from people is escaped where it becomes HTML. */
export interface Wording {
  readonly subject: string
  /** The first sentences; the heading of the HTML is the subject. */
  readonly paragraphs: readonly string[]
  /** The label of the button. */
  readonly action: string
  /** How long the link is good, if it has a secret. */
  readonly validity?: string
  /** What to do if the receiver did not cause the mail. */
  readonly otherwise: string
}

/** What the words of every mail may mention. */
export interface MailContext {
  readonly productName: string
  /** How long the secret is good, such as `24 hours`. */
  readonly lifetime: string
  /** Formats an instant in the language of the mail. */
  readonly formatTime: (seconds: number) => string
}

/** The words of every kind of mail in one language. */
export interface Template {
  readonly greeting: (name: string | undefined) => string
  /** Before the bare link, in HTML. */
  readonly copyLink: string
  /** Why there is this mail, and that replies are not read. */
  readonly footer: (productName: string) => string
  /** Before the link that turns notices off. */
  readonly unsubscribe: string
  readonly words: {
    readonly [Kind in MailKind]: (message: Extract<MailMessage, { kind: Kind }>, context: MailContext) => Wording
  }
}
