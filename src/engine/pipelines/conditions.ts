/** What a transformer is told besides the latents and the time: named tensors, as docs/pack-format.md lists them for each family. */
import type { Tensor } from '../inference/inference-port.ts'
import type { KnownLatents, KnownPresentation } from '../sampling/known-latents.ts'

/** Graph input name -> tensor. */
export type GraphInputs = Readonly<Record<string, Tensor>>

/** The words: one set of inputs for each branch of guidance; without guidance there is no unconditional one. */
export interface TextConditions {
  readonly conditional: GraphInputs
  readonly unconditional?: GraphInputs
}

/** Everything that is given besides words. */
export interface Preparation {
  /** Latent frames that are given and not generated; null where there are none. */
  readonly known: (KnownLatents & { readonly presentation: KnownPresentation }) | null
  /** Camera and picture inputs, the same for both branches: guidance strengthens the words alone. */
  readonly conditions: GraphInputs
}
