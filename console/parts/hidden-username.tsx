/** Tells password managers which account the password of a form belongs to. */
export function HiddenUsername({ email }: { email: string }) {
  return (
    <input
      class="visually-hidden"
      type="text"
      name="username"
      autocomplete="username"
      value={email}
      readOnly
      tabIndex={-1}
      aria-hidden
    />
  )
}
