// The page of the API's description: search, copy buttons and the service's own address. The page is whole without it.

const service = new URL('.', location.href).href.replace(/\/$/, '')

for (const block of document.querySelectorAll<HTMLElement>('.code-block')) {
  const code = block.querySelector('code')
  if (!code) continue
  code.textContent = (code.textContent ?? '').replace('URL=http://localhost:4000', `URL=${service}`)
  block.append(copyButton(block.querySelector('pre')?.getAttribute('aria-label') ?? '', () => code.textContent ?? ''))
}

function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  button.setAttribute('aria-label', `Copy: ${label}`)
  button.addEventListener('click', async () => {
    const isCopied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    )
    button.textContent = isCopied ? 'Copied' : 'Not allowed'
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 1500)
  })
  return button
}

const search = document.querySelector<HTMLInputElement>('#search')
const found = document.querySelector('#found')
const none = document.querySelector<HTMLElement>('#none')
const operations = [...document.querySelectorAll<HTMLElement>('.operation')]
const total = operations.length

/** Shows the routes that contain every word; everything else of the page only without a search. */
function filter(): void {
  const words = (search?.value ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const isMatch = ({ dataset }: HTMLElement) => words.every((word) => dataset.search?.includes(word))
  const matches = new Set(operations.filter(isMatch).map(({ id }) => id))
  for (const operation of operations) operation.hidden = !matches.has(operation.id)
  for (const item of document.querySelectorAll<HTMLElement>('[data-for]'))
    item.hidden = !matches.has(item.dataset.for ?? '')
  for (const group of document.querySelectorAll<HTMLElement>('main > section'))
    group.hidden = words.length > 0 && !group.querySelector('.operation:not([hidden])')
  if (found) found.textContent = words.length === 0 ? '' : `${matches.size} of ${total} routes`
  if (none) none.hidden = matches.size > 0
}

search?.addEventListener('input', filter)
search?.closest<HTMLElement>('.search')?.removeAttribute('hidden')

/** Opens what the address leads to, and marks its link. */
function follow(): void {
  const id = decodeURIComponent(location.hash.slice(1))
  const target = id === '' ? null : document.getElementById(id)
  if (target?.closest('[hidden]') && search) {
    search.value = ''
    filter()
  }
  if (target instanceof HTMLDetailsElement) target.open = true
  target?.scrollIntoView()
  for (const link of document.querySelectorAll('nav li a'))
    if (link.getAttribute('href') === `#${id}`) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
}
addEventListener('hashchange', follow)
follow()
