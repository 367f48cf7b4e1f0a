/** The pages that are kept at hand, below the folder of the service. `wall` and the folder itself are one page. */
export const PAGES = ['wall', 'desk'] as const;

const FILE = /\bassets\/[A-Za-z0-9._-]+/g;

/** The files that a page names. */
export function assetsOf(html: string): readonly string[] {
  return [...new Set(html.match(FILE) ?? [])];
}

/** Which kept page an address shows; `null`: another, or none of this service. Query and fragment are the page's own affair. */
export function pageOf(address: string, scope: string): (typeof PAGES)[number] | null {
  const path = pathBelow(address, scope);
  if (path === '' || path === 'wall') return 'wall';
  return path === 'desk' ? 'desk' : null;
}

/** Is it a file that a page names? */
export function isAsset(address: string, scope: string): boolean {
  return pathBelow(address, scope)?.startsWith('assets/') === true;
}

function pathBelow(address: string, scope: string): string | null {
  const bare = address.replace(/[?#].*$/, '');
  return bare.startsWith(scope) ? bare.slice(scope.length) : null;
}
