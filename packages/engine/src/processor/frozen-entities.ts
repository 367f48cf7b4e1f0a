import { unpackEntity } from '../checkpoint/entity-record.ts';
import { recordsIn } from '../checkpoint/packed-page.ts';
import type { Entity } from './entity.ts';

/** Opens an entity as it was when it was frozen; each time anew, unless it was at work then. */
export type FrozenEntity = () => Entity;

/**
 * Entities as they were at one moment, for reading, however long that takes: what happens to them meanwhile does not
 * show. Packed ones stay packed until their turn comes.
 */
export class FrozenEntities {
  readonly #hot: readonly Entity[];
  readonly #pages: readonly Uint8Array[];
  readonly #reaches: (id: string, lastAt: number) => boolean;

  /** `pages`: their bytes, which nobody changes. `reaches`: which of the packed ones are wanted. */
  constructor(
    hot: readonly Entity[],
    pages: readonly Uint8Array[],
    reaches: (id: string, lastAt: number) => boolean,
  ) {
    this.#hot = hot;
    this.#pages = pages;
    this.#reaches = reaches;
  }

  *[Symbol.iterator](): Generator<FrozenEntity, void, undefined> {
    for (const entity of this.#hot) yield () => entity;
    for (const page of this.#pages) {
      for (const { id, lastAt, body } of recordsIn(page)) {
        if (this.#reaches(id, lastAt)) yield () => unpackEntity(id, lastAt, body);
      }
    }
  }
}
