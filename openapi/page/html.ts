/** Escapes text for HTML, between tags and in quoted attributes. */
export function escapeHtml(text: unknown): string {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The part of Markdown that descriptions use: paragraphs, code and bold text. */
export function markdown(text = ''): string {
  return text
    .split('\n\n')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('')
}

/** One line of Markdown. */
export function inline(text = ''): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
}

/** A block of code that can be scrolled by keyboard. */
export function codeBlock(label: string, text: string): string {
  return `<div class="code-block"><pre tabindex="0" role="region" aria-label="${escapeHtml(label)}"><code>${escapeHtml(text)}</code></pre></div>`
}

/** A table whose first column heads its rows; empty without rows. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const heads = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest
      .map((cell, index) => `<td data-head="${escapeHtml(head[index + 1] ?? '')}">${cell}</td>`)
      .join('')
    return `<tr><th scope="row">${first}</th>${cells}</tr>`
  })
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${body.join('')}</tbody></table>`
}
