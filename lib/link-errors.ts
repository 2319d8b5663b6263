import { CoatcheckError } from './coatcheck-error.ts'

/** A request for mail lacks the verdict that `MAIL_GUARD` demands. Status 403. */
export class CaptchaRequiredError extends CoatcheckError {
  readonly code = 'captcha_required'
  constructor() {
    super('Pass the verification that this page shows, then try again.')
  }
}

/** A mailed link was used, has expired, or was replaced by a later one. Status 410. */
export class InvalidLinkError extends CoatcheckError {
  readonly code = 'invalid_link'
  constructor() {
    super('The link was used, has expired, or a later one was sent. Request a new one.')
  }
}
