/** The catalogue of model packs (`resources/catalogue/packs.json`): what can be had, from where, how large, and under which terms. */
import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a lowercase sha256')
const bytes = z.int().min(1).max(2 ** 50)
/** Files that the studio itself writes into a pack's folder: no download may claim their names. */
const RESERVED = ['pack-link.json', 'install.json', 'install.lock']

/** A file name of ours: relative, forward slashes, plain characters, no hidden or reserved part. Nothing that a server says ever becomes one. */
const packPath = z.string().min(1).max(200)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/, 'must be a plain relative path')
  .refine((file) => !RESERVED.includes(file.toLowerCase()), 'is a name that the studio keeps for itself')

/** A number that is known, with where it comes from; or null, with why it is not known. */
export const CatalogueFigureSchema = z.strictObject({ bytes: bytes.nullable(), source: z.string().min(1).max(500) }).readonly()
export type CatalogueFigure = z.infer<typeof CatalogueFigureSchema>

export const CatalogueFileSchema = z.strictObject({
  /** Where it lies in the pack. */
  file: packPath,
  /** Where it lies in its repository. */
  path: z.string().min(1).max(400).regex(/^[A-Za-z0-9_][A-Za-z0-9._/-]*$/, 'must be a plain path').refine((path) => !path.split('/').includes('..'), 'must not lead upwards'),
  /** Where it is of another repository than the pack's. */
  repository: z.string().regex(/^[A-Za-z0-9_][\w.-]{0,99}\/[A-Za-z0-9_][\w.-]{0,99}$/).optional(),
  revision: z.string().regex(/^[\w.-]{1,100}$/).optional(),
  bytes: bytes.nullable(),
  sha256: sha256.nullable(),
  /** The pack works without it: an external data file that some exports do not have. */
  isOptional: z.boolean().optional(),
}).readonly()
export type CatalogueFile = z.infer<typeof CatalogueFileSchema>

export const CatalogueLicenceSchema = z.strictObject({
  spdx: z.string().min(1).max(100), name: z.string().min(1).max(200), url: z.url({ protocol: /^https$/ }).nullable(),
  /** Where the licence grants nothing. */
  excludedRegions: z.array(z.string().min(1).max(100)).max(300).readonly(),
  /** "…from 10 million US dollars of yearly revenue"; null where revenue does not matter. */
  revenueLimit: z.string().min(1).max(500).nullable(),
  /** Further terms that a person should know of, in our words. */
  notes: z.array(z.string().min(1).max(500)).max(10).readonly(),
}).readonly()
export type CatalogueLicence = z.infer<typeof CatalogueLicenceSchema>

export const CatalogueEntrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/),
  /** The id of the pack that it becomes. */
  packId: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/),
  name: z.string().min(1).max(100),
  family: z.string().min(1).max(50),
  /** What it is good for, in a sentence. */
  goodFor: z.string().min(1).max(400),
  /**
   * download: every file with its size and hash; community: a public ONNX folder whose manifest is `manifest`, hashes may be unknown;
   * export: made on the person's own machine from a Hugging Face folder.
   */
  kind: z.enum(['download', 'community', 'export']),
  download: CatalogueFigureSchema,
  disk: CatalogueFigureSchema,
  memory: z.array(z.strictObject({ width: z.int(), height: z.int(), frames: z.int(), bytes: bytes.nullable(), source: z.string().min(1).max(500) }).readonly()).min(1).max(16).readonly(),
  licence: CatalogueLicenceSchema,
  source: z.strictObject({
    host: z.enum(['huggingface']),
    repository: z.string().regex(/^[A-Za-z0-9_][\w.-]{0,99}\/[A-Za-z0-9_][\w.-]{0,99}$/),
    /** A commit, or a branch where no commit is known to us: `note` says which and why. */
    revision: z.string().regex(/^[\w.-]{1,100}$/),
    note: z.string().max(500),
  }).readonly(),
  files: z.array(CatalogueFileSchema).max(200).readonly(),
  /** The manifest of a community folder, without sizes and hashes: those are measured when it is brought in. */
  manifest: z.record(z.string(), z.json()).nullable(),
  /** How the pack is made where nobody offers it. */
  steps: z.array(z.string().min(1).max(600)).max(12).readonly(),
  /** What is not proven about this entry. */
  caveat: z.string().max(600).nullable(),
}).superRefine((entry, context) => {
  const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
  const names = entry.files.map(({ file }) => file.toLowerCase())
  if (new Set(names).size !== names.length) issue('files', 'must not name a file twice')
  if (entry.kind === 'download' && (!names.includes('pack.json') || entry.files.some((file) => file.bytes === null || file.sha256 === null || file.isOptional))) issue('files', 'of a download must include pack.json, and give every size and hash')
  if (entry.kind === 'community' && (entry.manifest === null || entry.files.length === 0 || names.includes('pack.json'))) issue('manifest', 'of a community folder must be given, with its files, and without a pack.json among them')
  if (entry.kind === 'export' && (entry.steps.length === 0 || entry.files.length > 0)) issue('steps', 'of an export must be given, and no files')
}).readonly()
export type CatalogueEntry = z.infer<typeof CatalogueEntrySchema>

export const CatalogueSchema = z.strictObject({ formatVersion: z.literal(1), asOf: z.string(), entries: z.array(CatalogueEntrySchema).max(500).readonly() })
  .refine(({ entries }) => new Set(entries.map(({ id }) => id)).size === entries.length, 'must not give an id twice').readonly()
export type Catalogue = z.infer<typeof CatalogueSchema>

/** The terms that a person has to accept before anything is fetched; empty where the licence asks for nothing unusual. */
export function termsToAccept({ excludedRegions, revenueLimit }: Pick<CatalogueLicence, 'excludedRegions' | 'revenueLimit'>): readonly string[] {
  return [
    ...(excludedRegions.length > 0 ? [`The licence does not apply in: ${excludedRegions.join(', ')}.`] : []),
    ...(revenueLimit === null ? [] : [revenueLimit]),
  ]
}
