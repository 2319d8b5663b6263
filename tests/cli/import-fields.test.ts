import { describe, expect, test } from 'vitest'
import { plainName } from '../../cli/import/field-values.ts'
import { readUserLine } from '../../cli/import/user-line.ts'

// Fields as other systems export them, and fields that an import must not drop.

const HASH = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'
const NOW = Date.parse('2026-11-30T12:00:00Z')
const email = 'ann@example.com'
const read = (line: object, ignored: string[] = []) =>
  readUserLine(JSON.stringify({ email, ...line }), {
    bcryptCost: 12,
    pepperVersions: [1],
    ignored: new Set(ignored.map(plainName)),
    now: NOW,
  })

describe('a line of another system', () => {
  const verified = { email, emailVerified: true, status: 'active', passwordHash: HASH }
  test.each<[system: string, line: object, expected: object]>([
    [
      'Rails with has_secure_password',
      { id: 1, password_digest: HASH, created_at: '2020-01-01T00:00:00.000Z' },
      { passwordHash: HASH, emailVerified: false },
    ],
    [
      'Devise',
      {
        ...{
          id: 1,
          encrypted_password: HASH,
          reset_password_token: 'x',
          reset_password_sent_at: '2020-01-01 00:00:00 UTC',
        },
        ...{ confirmed_at: '2020-01-01 00:00:00 UTC', failed_attempts: 0, unlock_token: null, locked_at: null },
        ...{ remember_created_at: null, confirmation_token: 'x', unconfirmed_email: null },
      },
      verified,
    ],
    ['Devise, locked', { encrypted_password: HASH, locked_at: '2026-11-30 10:00:00 UTC' }, { status: 'disabled' }],
    [
      'Laravel',
      { id: 1, name: 'Ann', email_verified_at: '2020-01-01 00:00:00', password: HASH, remember_token: 'x' },
      { ...verified, name: 'Ann' },
    ],
    [
      'Django',
      {
        id: 1,
        password: HASH,
        is_active: true,
        is_staff: false,
        is_superuser: false,
        first_name: 'Ann',
        last_name: 'Lee',
      },
      { passwordHash: HASH, name: 'Ann Lee', status: 'active' },
    ],
    ['Django, inactive', { password: HASH, is_active: false }, { status: 'disabled' }],
    ['Django in a MySQL export, inactive', { password: HASH, is_active: 0 }, { status: 'disabled' }],
    [
      'Supabase',
      {
        ...{ instance_id: '0', aud: 'authenticated', role: 'authenticated', encrypted_password: HASH, phone: null },
        ...{ email_confirmed_at: '2020-01-01 00:00:00.123456+00', confirmed_at: '2020-01-01 00:00:00+00' },
        ...{ recovery_token: '', reauthentication_token: '', email_change_token_new: '', phone_confirmed_at: null },
        ...{ raw_app_meta_data: { provider: 'email' }, raw_user_meta_data: {}, banned_until: null, deleted_at: null },
      },
      verified,
    ],
    [
      'Supabase, with a verified telephone alone',
      {
        email_confirmed_at: null,
        confirmed_at: '2020-01-01 00:00:00+00',
        phone_confirmed_at: '2020-01-01 00:00:00+00',
      },
      { emailVerified: false },
    ],
    ['Supabase, banned', { banned_until: '2126-01-01 00:00:00+00' }, { status: 'disabled' }],
    ['Supabase, banned for good', { banned_until: 'infinity' }, { status: 'disabled' }],
    ['Supabase, after a ban', { banned_until: '2026-11-30 12:59:59+01' }, { status: 'active' }],
    [
      'Clerk',
      {
        ...{ email: undefined, primary_email_address: email, verified_email_addresses: `b@example.com|${email}` },
        ...{ password_digest: HASH, password_hasher: 'bcrypt', totp_secret: '', unverified_email_addresses: '' },
        ...{ banned: false, locked: false, lockout_expires_in_seconds: null },
      },
      verified,
    ],
    ['Clerk, locked', { locked: true, lockout_expires_in_seconds: 3599 }, { status: 'disabled' }],
    ['better-auth', { emailVerified: true, password: HASH, banned: null, banReason: null, banExpires: null }, verified],
    ['better-auth, banned', { banned: true, banReason: 'spam', banExpires: null }, { status: 'disabled' }],
    ['better-auth, after a ban', { banned: true, banExpires: '2026-11-30T11:00:00.000Z' }, { status: 'active' }],
    ['better-auth, during a ban', { banned: 1, banExpires: NOW + 1000 }, { status: 'disabled' }],
    ['Auth.js', { emailVerified: '2020-01-01T00:00:00.000Z' }, { emailVerified: true }],
    ['MongoDB', { emailVerifiedAt: { $date: '2020-01-01T00:00:00Z' } }, { emailVerified: true }],
    [
      'Cognito',
      {
        email: undefined,
        Username: 'ann',
        Enabled: false,
        UserStatus: 'CONFIRMED',
        Attributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
          { Name: 'given_name', Value: 'Ann' },
        ],
      },
      { email, emailVerified: true, name: 'Ann', status: 'disabled' },
    ],
    ['Keycloak', { enabled: true, emailVerified: true, totp: false, credentials: [] }, { status: 'active' }],
    ['Okta', { status: 'LOCKED_OUT' }, { status: 'disabled' }],
    ['ASP.NET Identity', { LockoutEnabled: true, LockoutEnd: null, EmailConfirmed: true }, { emailVerified: true }],
    ['ASP.NET Identity, locked', { LockoutEnd: '2126-01-01 00:00:00+00:00' }, { status: 'disabled' }],
  ])('is read with the meaning it has there: %s', (_, line, expected) => {
    expect(read(line).user).toMatchObject(expected)
  })

  test('counts as verified only if every field says so', () => {
    expect(read({ email_verified: false, email_verified_at: '2020-01-01' }).user.emailVerified).toBe(false)
    expect(read({ email_verified_at: '2126-01-01' }).user.emailVerified).toBe(false)
  })

  test('without a usable password creates a user without one', () => {
    expect(read({ password: `!${'x'.repeat(40)}` }).user).not.toHaveProperty('passwordHash')
    expect(read({ encrypted_password: '' }).user).not.toHaveProperty('passwordHash')
  })

  test.each<[what: string, line: object, why: RegExp]>([
    [
      'two hashes',
      { password_digest: HASH, encrypted_password: HASH },
      /^password_digest and encrypted_password: expected one/,
    ],
    ['an unknown algorithm', { password_digest: HASH, password_hasher: 'md5' }, /^password_hasher: expected bcrypt, /],
    ['a deleted user', { deleted_at: '2020-01-01' }, /^deleted_at: the user has been deleted/],
    ['a ban without a valid end', { banned_until: 'soon' }, /^banned_until: expected a time such as/],
    ['two addresses', { email_address: 'b@example.com' }, /^email: several different addresses/],
    ['a status that is a number', { status: 1 }, /^status: expected active or disabled/],
    ['an unknown status', { status: 'gone' }, /^status: expected active or disabled/],
    ['a lock of an unknown value', { locked: 'partly' }, /^locked: expected true or false/],
  ])('is refused with %s', (_, line, why) => {
    expect(() => read(line)).toThrow(why)
  })
})

describe('an unread field', () => {
  test.each<[name: string, value: unknown]>([
    ['legacy_password', 'x'],
    ['password_salt2', 'x'],
    ['customPasswordHash', { algorithm: 'md5', hash: { value: 'x' } }],
    ['secretData', 'x'],
    ['user_pass', 'x'],
    ['recovery_password_digest', 'x'],
    ['credentials', [{ type: 'password', secretData: 'x' }]],
    ['old', '$P$B12345678'],
    ['old', '{SHA}bm90IGEgaGFzaCBhdCBhbGw='],
    ['old', 'pbkdf2_sha1$1$salt$x'],
    ['user_metadata', { pwd: 'x' }],
    ['raw_app_meta_data', '{"old":"$2a$10$x"}'],
  ])('that looks like a password hash makes the line an error that names it: %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}[^:]*: .*--ignore-fields ${name}`))
  })

  test.each<[name: string, value: unknown]>([
    ['account_is_locked', true],
    ['is_suspended_by_admin', 1],
    ['frozen_at', '2020-01-01'],
    ['login_allowed', false],
    ['signin_enabled', 'f'],
    ['app_metadata', { blocked: true }],
    ['custom:banned', 'true'],
    ['banType', 'temporary'],
  ])('that looks like a lock makes the line an error that names it: %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}[^:]*: .*looks like a lock`))
  })

  test.each<[name: string, value: unknown]>([
    ['totp_secret', 'x'],
    ['mfaInfo', [{ phoneInfo: 'x' }]],
    ['two_factor_secret', 'x'],
    ['otp_required_for_login', true],
    ['cognito:mfa_enabled', 'TRUE'],
  ])('that looks like a second factor makes the line an error that names it: %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}[^:]*: looks like a second factor`))
  })

  test('never puts its value into the error', () => {
    for (const line of [{ legacy_hash: 'hidden' }, { old: '$2a$10$hidden' }, { meta: { salt: 'hidden' } }])
      expect(() => read(line)).toThrow(/^(?!.*hidden)/s)
  })

  test('is dropped and counted if it is only beside a password or a lock, blank or false', () => {
    const line = {
      ...{
        passwordUpdatedAt: 1,
        'Last Password Reset': '2020-01-01',
        hasPassword: true,
        password_set_date: { $date: 'x' },
      },
      ...{
        resetPasswordExpires: '2020-01-01',
        is_account_locked: false,
        mfa_enabled: 'false',
        legacy_hash: null,
        salt2: '',
      },
      ...{ failed_attempts: 3, accessFailedCount: 2, twoFactorEnabled: false, multi_factor: [], timezone: 'UTC' },
    }
    expect(read(line).unread).toEqual(Object.keys(line))
  })

  test('of any kind is dropped if it is named, in whatever spelling, and is not counted', () => {
    const line = { legacy_password: 'x', user_metadata: { blocked: true, theme: 'dark' }, deleted_at: '2020-01-01' }
    const { user, unread } = read(line, ['Legacy Password', 'user_metadata.blocked', 'deletedAt'])
    expect([user.status, unread]).toEqual(['active', ['user_metadata']])
  })
})
