/** The studio contract's transport to one window: one IPC channel, and only messages of the studio's own top frame. */
import type { IpcMain, WebContents, WebFrameMain } from 'electron'
import type { Transport } from '#contracts/transport.ts'
import { wireTransport } from '#contracts/wire-transport.ts'
import { isTrustedSender, STUDIO_CHANNEL } from './security.ts'

interface IncomingEvent {
  readonly sender: { readonly id: number }
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent'> | null
}

/** Makes a transport of a window's web contents; messages of other windows, frames or origins are dropped. */
export function ipcTransport(ipcMain: Pick<IpcMain, 'on' | 'removeListener'>, contents: Pick<WebContents, 'id' | 'send' | 'isDestroyed' | 'once'>): Transport {
  const wire = wireTransport({
    post: (message) => { if (!contents.isDestroyed()) contents.send(STUDIO_CHANNEL, message) },
    close: stopListening,
  })
  function receive(event: IncomingEvent, message: unknown): void {
    if (event.sender.id === contents.id && isTrustedSender(event.senderFrame)) wire.receive(message)
  }
  function stopListening(): void {
    ipcMain.removeListener(STUDIO_CHANNEL, receive)
  }
  ipcMain.on(STUDIO_CHANNEL, receive)
  contents.once('destroyed', () => {
    stopListening()
    wire.closed('The window was closed.')
  })
  return wire.transport
}
