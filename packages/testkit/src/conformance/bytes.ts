export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function text(value: Uint8Array | null): string | null;
export function text(value: Uint8Array | undefined): string | undefined;
export function text(value: Uint8Array | null | undefined): string | null | undefined {
  return value === null || value === undefined ? value : new TextDecoder().decode(value);
}

/** Every byte value, in turn: what is not binary-safe breaks on some of them. */
export function allBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => n % 256);
}
