import { OpenAccount } from '../parts/open-account.tsx'
import { text } from '../text.ts'

/** Completes a registration that a mailed link has proven. */
export function CompleteRegistrationView() {
  return (
    <OpenAccount route="POST /auth/register/complete" words={text.completeRegistration} again={{ name: 'register' }} />
  )
}
