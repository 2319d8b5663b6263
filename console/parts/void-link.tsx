import type { Route } from '../../client/index.ts'
import { goTo, type View } from '../navigation.ts'
import { clearNotice } from '../notice.ts'
import { uncertainRoute } from '../service.ts'
import { text } from '../text.ts'
import { ViewLink } from './view-link.tsx'
import { Welcome } from './welcome.tsx'

interface VoidLinkProps {
  /** Whether the page has lost the secret of the link; otherwise the service has refused it. */
  readonly isLost: boolean
  readonly again: { readonly label: string; readonly view: View }
  /** The route that uses the link, and what to say if its last request had no response. */
  readonly uncertain: { readonly route: Route; readonly sentence: string }
}

/** Shown instead of the form behind a mailed link that is void. */
export function VoidLink({ isLost, again, uncertain }: VoidLinkProps) {
  const { title, used, lost } = text.voidLink
  return (
    <Welcome title={title} lead={isLost ? lost : used}>
      {uncertainRoute.value === uncertain.route && <p>{uncertain.sentence}</p>}
      <button
        type="button"
        class="primary wide"
        onClick={() => {
          clearNotice()
          goTo(again.view)
        }}
      >
        {again.label}
      </button>
      <p class="aside">
        <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
      </p>
    </Welcome>
  )
}
