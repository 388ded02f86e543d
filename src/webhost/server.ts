/** The studio on http://127.0.0.1: the built page, its media with ranges, and the contract over a WebSocket, for one person only. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { webSocketTransport } from '#contracts/web-socket-transport.ts'
import { StudioError } from '#core/errors.ts'
import type { HostInfo, Studio } from '#services/studio.ts'
import { decodePath, pageFile } from '#services/files/page-file.ts'
import { hasToken, queryTokenOf, refuseForeign, securityHeaders, tokenCookie, type RequestFacts } from './security.ts'
import { serveFile, serveText } from './serve-file.ts'

export interface WebHostOptions {
  readonly studio: Pick<Studio, 'serve' | 'resolveMedia'>
  /** Folder of the built page. */
  readonly rendererFolder: string
  /** 0 (the default) takes a free one. */
  readonly port?: number
  /** Loopback only: the studio is not made for a network. */
  readonly host?: '127.0.0.1'
}

export interface WebHost {
  /** Opens the studio once: it carries the token, which then moves into a cookie. */
  readonly url: string
  readonly token: string
  /** `http://127.0.0.1:4321` */
  readonly origin: string
  close(): Promise<void>
}

const RPC_PATH = '/rpc'
const MEDIA_PREFIX = '/media/'
/** A script of two million characters, in JSON, with room to spare; larger messages end the connection. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024

/** Starts the host. Throws NOT_READY where the port is taken. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const token = randomBytes(32).toString('base64url')
  const server = createServer()
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const origin = `http://${authority}`
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  const hostInfo: HostInfo = { host: 'web', dialogs: null, mediaBaseUrl: `${origin}${MEDIA_PREFIX}` }

  server.on('request', (request, response) => {
    try {
      answer(options, authority, token, request, response)
    } catch {
      // A path that the file system refuses (a name too long, a folder closed to us) must not end the studio.
      if (response.headersSent) response.destroy()
      else serveText(response, 404, 'There is nothing here.')
    }
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!mayConnect(factsOf(request), authority, token)) return refuseUpgrade(socket)
    sockets.handleUpgrade(request, socket, head, (webSocket) => connect(options.studio, webSocket, hostInfo))
  })
  return {
    url: `${origin}/?token=${token}`, token, origin,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer({ rendererFolder, studio }: WebHostOptions, authority: string, token: string, request: IncomingMessage, response: ServerResponse): void {
  const facts = factsOf(request)
  for (const [name, value] of Object.entries(securityHeaders(authority))) response.setHeader(name, value)
  const foreign = refuseForeign(facts, authority)
  if (foreign) return serveText(response, foreign.status, foreign.text)
  if (facts.method !== 'GET' && facts.method !== 'HEAD') return serveText(response, 405, 'Only GET and HEAD are answered.')
  const path = decodePath(facts.url)
  if (path === null) return serveText(response, 400, 'The path is malformed.')
  if (!hasToken(facts, authority, token)) return serveText(response, 401, 'Open the studio by the address that it printed when it started.')
  // The token leaves the address bar at once, so that it stays out of history and screenshots.
  if (path === '/' && queryTokenOf(facts.url) !== null) return toCleanPage(response, authority, token)
  const served = path.startsWith(MEDIA_PREFIX) ? studio.resolveMedia(path.slice(MEDIA_PREFIX.length)) : pageFile(rendererFolder, path)
  if (served === null) return serveText(response, 404, 'There is nothing here.')
  serveFile(facts, response, served)
}

function toCleanPage(response: ServerResponse, authority: string, token: string): void {
  response.setHeader('Set-Cookie', tokenCookie(authority, token))
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(303, { Location: '/' })
  response.end()
}

/** Browsers always say which page opens a socket; a program that says nothing must bring the token itself. */
function mayConnect(facts: RequestFacts, authority: string, token: string): boolean {
  return decodePath(facts.url) === RPC_PATH && refuseForeign(facts, authority) === null && hasToken(facts, authority, token)
}

function connect(studio: WebHostOptions['studio'], webSocket: WebSocket, hostInfo: HostInfo): void {
  // A message that is too large or no UTF-8 ends the connection by an error event, which must have a listener.
  webSocket.on('error', () => webSocket.terminate())
  studio.serve(webSocketTransport(webSocket), hostInfo)
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

function factsOf(request: IncomingMessage): RequestFacts {
  return { method: request.method ?? '', headers: request.headers, url: request.url ?? '/' }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new StudioError({ code: 'NOT_READY', message: `The port ${port} cannot be used (${cause.message}).`, remedy: 'Choose another port, or leave it out to have a free one.', cause }))
    })
    server.listen(port, host, resolve)
  })
}
