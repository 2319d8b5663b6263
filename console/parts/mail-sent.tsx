import { text } from '../text.ts'
import { ViewLink } from './view-link.tsx'
import { Welcome } from './welcome.tsx'

/** Shown after a visitor has requested a mail. The service does not tell whether it sends one. */
export function MailSent({ lead, onAgain }: { lead: string; onAgain: () => void }) {
  const { title, missing, again } = text.mailSent
  return (
    <Welcome title={title} lead={lead}>
      <p class="hint">{missing}</p>
      <button type="button" class="wide" onClick={onAgain}>
        {again}
      </button>
      <p class="aside">
        <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
      </p>
    </Welcome>
  )
}
