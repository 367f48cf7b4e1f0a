/** A window as it is named on the wire; `today` has no size. */
export interface WindowSpec {
  readonly name: string;
  readonly sizeMs: number | undefined;
}
