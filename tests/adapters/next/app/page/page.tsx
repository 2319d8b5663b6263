import { createSessionReader } from 'coatcheck/next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'

const readSession = createSessionReader({ loadUser: true })

export default async function Page() {
  const checked = await readSession(await headers())
  if (!checked) redirect('/login')
  return <p>{`Hello, ${checked.user.email}.`}</p>
}
