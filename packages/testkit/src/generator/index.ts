export * from './centre.ts';
export { duplicateSome, seeded, shuffle, type Random } from './random.ts';
