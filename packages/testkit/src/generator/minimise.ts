/**
 * The smallest list, taken from `items` in their order, for which `fails` still holds: removes halves, quarters, … down
 * to single items until nothing more can go. `fails(items)` must hold at the start; throws otherwise. Use it to print the
 * few events behind a difference.
 */
export function minimise<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): T[] {
  if (!fails(items)) throw new Error('minimise: the whole list does not fail');
  let kept = [...items];
  for (let chunk = Math.ceil(kept.length / 2); chunk >= 1;) {
    let removed = false;
    for (let from = 0; from < kept.length;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + chunk)];
      if (without.length < kept.length && fails(without)) {
        kept = without;
        removed = true;
      } else {
        from += chunk;
      }
    }
    if (chunk === 1 && !removed) break;
    if (!removed) chunk = Math.floor(chunk / 2);
  }
  return kept;
}
