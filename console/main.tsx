import { render } from 'preact'
import { App } from './app.tsx'
import { applyBrand } from './brand.ts'
import { keepTextTranslatable } from './translatable.ts'

keepTextTranslatable()
applyBrand()
const root = document.getElementById('console')
if (root) {
  root.replaceChildren() // the outline of the page that index.html shows first
  render(<App />, root)
}
