import { signal } from '@preact/signals'

/** The email that the signed-out visitor has typed, kept from one form to the next. Forgotten at sign-in and sign-out. */
export const visitorEmail = signal('')
