// The tabs of a browser share the session cookie: a sign-in or a sign-out in one concerns all.

const channel = new BroadcastChannel('coatcheck')

/** Tells the other tabs that this one has signed in or out. */
export const tellOtherTabs = (): void => channel.postMessage('changed')

/** Calls `listener` when another tab has signed in or out, and when this one becomes visible again. */
export function onOtherTabs(listener: () => void): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') listener()
  }
  channel.addEventListener('message', listener)
  document.addEventListener('visibilitychange', whenVisible)
  return () => {
    channel.removeEventListener('message', listener)
    document.removeEventListener('visibilitychange', whenVisible)
  }
}
