/** The studio's answers about model packs: pack.*. */
import type { ContractHandlers } from '#contracts/contract.ts'
import type { StudioContract } from '#contracts/studio-api.ts'
import type { StudioServices } from '../studio-services.ts'

type Handlers = Pick<ContractHandlers<StudioContract>, Extract<keyof StudioContract['methods'], `pack.${string}`>>

export function packHandlers({ packs, shop }: StudioServices): Handlers {
  return {
    'pack.list': () => ({ packs: [...packs.list()] }),
    'pack.catalogue': () => shop.catalogue(),
    'pack.acceptTerms': ({ entryId }) => ({ acceptedAt: shop.acceptTerms(entryId) }),
    'pack.install': ({ entryId }) => shop.install(entryId),
    'pack.pause': ({ installId }) => shop.installs.pause(installId),
    'pack.resume': ({ installId }) => shop.resume(installId),
    'pack.cancelInstall': async ({ installId }) => {
      await shop.installs.cancel(installId)
      return {}
    },
    'pack.import': (input, { signal }) => shop.import(input, signal),
    'pack.verify': ({ packId }, { signal }) => shop.verify(packId, signal),
    'pack.repair': ({ packId }) => shop.repair(packId),
    'pack.usage': ({ packId }) => shop.usage(packId),
    'pack.remove': ({ packId }) => shop.remove(packId),
    'pack.moveFolder': ({ folder }, { signal }) => shop.moveTo(folder, signal),
    'pack.setMirror': ({ address }) => ({ address: shop.setMirror(address) }),
  }
}
