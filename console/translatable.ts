import { type ComponentChildren, h, options, type VNode } from 'preact'

/**
 * Lets browsers translate text that changes. A browser's translation replaces text nodes; a later change of the page would
 * go to the old node, and the reader would go on seeing the former text. Here each text is an element with the text as its
 * key: a new text is a new element, which is translated too.
 */
export function keepTextTranslatable(): void {
  const previous = options.vnode
  options.vnode = (vnode) => {
    if (isHost(vnode)) vnode.props.children = keyed(vnode.props.children)
    previous?.(vnode)
  }
}

type Host = VNode<{ children?: ComponentChildren }> & { type: string }

/** Elements that must contain nothing but text, and this module's own. */
const TEXT_ONLY = new Set(['option', 'textarea', 'title', 'style', 'span'])
const isHost = (vnode: VNode): vnode is Host => typeof vnode.type === 'string' && !TEXT_ONLY.has(vnode.type)

function keyed(children: ComponentChildren): ComponentChildren {
  if (Array.isArray(children)) return children.map(keyed)
  const isText = typeof children === 'number' || (typeof children === 'string' && children.trim() !== '')
  return isText ? h('span', { key: String(children) }, String(children)) : children
}
