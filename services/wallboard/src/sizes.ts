/** Where the wall hangs: how far its farthest reader stands, and how large it is. */
export interface Viewing {
  readonly distanceM: number;
  readonly diagonalInches: number;
}

/** Height of the visible page in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export const DEFAULT_VIEWING: Viewing = { distanceM: 5, diagonalInches: 55 };

/** Minutes of arc that capitals and digits subtend at the farthest reader (NUREG-0700, ISO 9241-3). */
export const ARC = { label: 16, main: 60, hero: 100, heroLeast: 60, mainLeast: 40 } as const;

/** Capitals and digits of the sans-serif faces asked for are at least this share of the font size. */
export const CAP_RATIO = 0.7;

const MM_PER_INCH = 25.4;

/** Height of the screen in millimetres, taking the page to fill it. */
export function screenHeightMm(viewing: Viewing, { width, height }: Viewport): number {
  return (viewing.diagonalInches * MM_PER_INCH * height) / Math.hypot(width, height);
}

/** Font size, in hundredths of the page's height, whose capitals subtend that many minutes of arc. */
export function fontVh(arcMinutes: number, viewing: Viewing, viewport: Viewport): number {
  const capMm = 2 * viewing.distanceM * 1000 * Math.tan((arcMinutes / 60 / 2) * (Math.PI / 180));
  return (capMm / CAP_RATIO / screenHeightMm(viewing, viewport)) * 100;
}

/** Minutes of arc that the capitals of a font of that size subtend: the inverse of {@link fontVh}. */
export function arcMinutes(sizeVh: number, viewing: Viewing, viewport: Viewport): number {
  const capMm = (sizeVh / 100) * screenHeightMm(viewing, viewport) * CAP_RATIO;
  return Math.atan(capMm / 2 / (viewing.distanceM * 1000)) * 2 * (180 / Math.PI) * 60;
}
