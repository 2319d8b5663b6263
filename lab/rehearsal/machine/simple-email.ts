import { type WireResponse, wireResponse } from '../../../tests/support/relay.ts'
import { REGION } from '../template/resolve.ts'

/** The real name of Amazon SES's endpoint. */
export const SES_HOST = `email.${REGION}.amazonaws.com`

const SEND_EMAIL = '/v2/email/outbound-emails'

/** A mail as the body of `SendEmail` contains it. */
export interface SentMail {
  readonly FromEmailAddress: string
  readonly Destination: { readonly ToAddresses: readonly string[] }
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string }
      readonly Body: { readonly Text: { readonly Data: string }; readonly Html: { readonly Data: string } }
    }
  }
}

/** SES's response to `SendEmail` of its API v2, as far as the request is a mail to one receiver with simple content. */
export function acceptMail(url: string | undefined, body: Buffer): { answer: WireResponse; mail?: SentMail } {
  const mail = JSON.parse(body.toString() || '{}') as SentMail
  if (url !== SEND_EMAIL || !isMail(mail)) return { answer: badRequest() }
  return { answer: wireResponse(200, JSON.stringify({ MessageId: '0107018f-rehearsal' }), 'application/json'), mail }
}

const isMail = ({ FromEmailAddress, Destination, Content }: SentMail) => {
  const { Subject, Body } = Content?.Simple ?? {}
  const texts = [FromEmailAddress, Destination?.ToAddresses?.[0], Subject?.Data, Body?.Text?.Data, Body?.Html?.Data]
  return Destination?.ToAddresses?.length === 1 && texts.every((text) => typeof text === 'string' && text !== '')
}

function badRequest(): WireResponse {
  const { headers, ...response } = wireResponse(400, '{"message":"The mail is invalid."}', 'application/json')
  return { ...response, headers: { ...headers, 'x-amzn-errortype': 'BadRequestException' } }
}
