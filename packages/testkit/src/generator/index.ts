export { arbitraryCentre } from './arbitrary.ts';
export * from './centre.ts';
export { minimise } from './minimise.ts';
export { duplicateSome, seeded, shuffle, type Random } from './random.ts';
