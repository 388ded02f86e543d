/** Every security decision of the web host as plain functions: who may ask, from where, and what the page may do. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** What an HTTP request tells of its sender. */
export interface RequestFacts {
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Path and query, as the request line has them. */
  readonly url: string
}

export interface Refusal {
  readonly status: 401 | 403 | 405 | 421
  readonly text: string
}

/** `127.0.0.1:4321`: the only name the host answers to, so that no other name can be made to point at it. */
export function refuseForeign({ headers }: RequestFacts, authority: string): Refusal | null {
  if (headers['host'] !== authority) return { status: 421, text: 'This is not the studio’s address.' }
  const origin = headers['origin']
  if (origin !== undefined && origin !== `http://${authority}`) return { status: 403, text: 'Other pages have no access.' }
  return null
}

/** Cookies do not know ports, so the name does. */
export function cookieName(authority: string): string {
  return `shotwright-${authority.split(':')[1] ?? ''}`
}

/** Gone with the browser's session, invisible to scripts, and never sent along by other sites. */
export function tokenCookie(authority: string, token: string): string {
  return `${cookieName(authority)}=${token}; Path=/; HttpOnly; SameSite=Strict`
}

/** Whether a request carries the token: in its cookie, its Authorization header, or (first load, sockets) its query. */
export function hasToken(request: RequestFacts, authority: string, token: string): boolean {
  return [cookieOf(request, cookieName(authority)), bearerOf(request), queryTokenOf(request.url)].some((given) => given !== null && isSame(given, token))
}

/** Read without URL's parser, which throws on paths that anybody may ask for, such as `//`. */
export function queryTokenOf(url: string): string | null {
  const query = url.indexOf('?')
  return query < 0 ? null : new URLSearchParams(url.slice(query + 1)).get('token')
}

/** Content security policy of the page: the same as under Electron, with the socket named. */
export function contentSecurityPolicy(authority: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'", "font-src 'self'",
    "img-src 'self' blob: data:", "media-src 'self' blob:", `connect-src 'self' ws://${authority}`, "object-src 'none'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers of every answer. */
export function securityHeaders(authority: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(authority),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
}

function cookieOf({ headers }: RequestFacts, name: string): string | null {
  const header = headers['cookie']
  if (typeof header !== 'string') return null
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name) return value ?? null
  }
  return null
}

function bearerOf({ headers }: RequestFacts): string | null {
  const header = headers['authorization']
  return typeof header === 'string' && header.startsWith('Bearer ') ? header.slice('Bearer '.length) : null
}

/** Compares hashes, so that neither length nor content shows in the time it takes. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(token).digest())
}
