import type { ComponentChildren } from 'preact'

/** A table that scrolls sideways in its own frame, with the keyboard too, rather than the page. */
export function TableFrame({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="table-frame" tabIndex={0} aria-label={label}>
      <table aria-label={label}>{children}</table>
    </section>
  )
}
