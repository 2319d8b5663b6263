import { useEffect, useRef } from 'preact/hooks'
import { settings } from '../settings.ts'
import { text } from '../text.ts'

let isFirstView = true

/** A view's heading. It takes the focus when the view opens, so that screen readers read it and Tab continues there. */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isFirstView) heading.current?.focus()
    isFirstView = false
  }, [])
  useEffect(() => {
    document.title = text.title(children, settings.name)
  }, [children])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
