import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { App } from './app.ts'

// Words in the subjects of mails.
export const RESET = 'Set a new password'
export const CHANGED = 'was changed'
export const REGISTER = 'Complete your registration'
export const KNOWN = 'already have an account'
export const CODE = 'Your code for'
export const INVITATION = 'Invitation to'
export const VERIFY = 'Confirm your address'
export const NEW_EMAIL = 'Confirm your new address'
export const EMAIL_CHANGED = 'Your address for'
export const EMAIL_AGAIN = 'has this address again'

/** The mails that the service of an app has sent to the local mailbox. */
export function mailsOf(app: App) {
  /** Waits for the n-th mail of a kind to an address. @returns the link of the latest one, from the log */
  async function linkOfMail(to: string, words: string, n = 1): Promise<string> {
    const sent = () => app.service.log.filter((line) => line.startsWith(`mail to ${to}: `) && line.includes(words))
    await expect.poll(() => sent().length).toBe(n)
    return sent().at(-1)?.split('  ').at(-1) ?? ''
  }

  /** Opens that link in a tab beside the page. */
  async function followLink(page: Page, to: string, words: string, n = 1): Promise<Page> {
    const target = await page.context().newPage()
    await target.goto(await linkOfMail(to, words, n))
    await target.getByRole('heading', { level: 1 }).waitFor()
    return target
  }

  /** Shows such a mail in the mailbox, in a tab beside the page. */
  async function openMail(page: Page, to: string, words: string): Promise<Page> {
    await linkOfMail(to, words)
    const mailbox = await page.context().newPage()
    await mailbox.goto(`${app.service.url}/mailbox`)
    await mailbox.getByRole('link').filter({ hasText: to }).filter({ hasText: words }).first().click()
    return mailbox
  }

  /** Clicks on the link of such a mail in the mailbox; it opens a further tab. */
  async function followMail(page: Page, to: string, words: string): Promise<Page> {
    const mail = await openMail(page, to, words)
    const opened = page.context().waitForEvent('page')
    await mail.frameLocator('iframe').getByRole('link').first().click()
    const target = await opened
    await mail.close()
    await target.getByRole('heading', { level: 1 }).waitFor()
    return target
  }

  /** The links in the text of such a mail. */
  async function linksOfMail(page: Page, to: string, words: string): Promise<string[]> {
    const mail = await openMail(page, to, words)
    const plain = (await mail.locator('pre').textContent()) ?? ''
    const html = await mail.locator('iframe').getAttribute('srcdoc')
    await mail.close()
    return [...new Set(`${plain}\n${html}`.match(/https?:\/\/[\w./:#-]+/g))]
  }

  return { linkOfMail, followLink, followMail, linksOfMail }
}
