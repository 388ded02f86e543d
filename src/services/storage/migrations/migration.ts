/** One numbered step of the library's schema. */

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}
