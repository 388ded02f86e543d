/** What the page sees of its host: a pipe for contract messages, and nothing else. */
import { contextBridge, ipcRenderer } from 'electron'

const CHANNEL = 'shotwright:studio'

contextBridge.exposeInMainWorld('shotwright', Object.freeze({
  /** Sends a call or a cancel; the main process parses it against the contract. */
  post(message: unknown): void {
    ipcRenderer.send(CHANNEL, message)
  },
  /** Hears results and events; the Electron event itself never reaches the page. */
  onMessage(listener: (message: unknown) => void): () => void {
    const forward = (_event: unknown, message: unknown): void => listener(message)
    ipcRenderer.on(CHANNEL, forward)
    return () => ipcRenderer.removeListener(CHANNEL, forward)
  },
}))
