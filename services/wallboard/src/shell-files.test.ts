import { expect, test } from 'vitest';

import { assetsOf, isAsset, pageOf } from './shell-files.ts';

const SCOPE = 'https://wall.example/vigie/';

test.each([
  ['https://wall.example/vigie/', 'wall'],
  ['https://wall.example/vigie/wall?screen=Hall#key=secret', 'wall'],
  ['https://wall.example/vigie/desk?queue=sales', 'desk'],
  ['https://wall.example/vigie/v1/live?ticket=t', null],
  ['https://wall.example/vigie/desk/', null],
  ['https://wall.example/', null],
  ['https://other.example/vigie/desk', null],
])('%s is the page %s', (address, page) => {
  expect(pageOf(address, SCOPE)).toBe(page);
});

test('only the files of pages are kept: no figure, no ticket', () => {
  const kept = ['assets/a-1.js', 'v1/snapshot', 'v1/tickets', 'metrics', 'assetsx', 'openapi.json'];
  expect(kept.filter((path) => isAsset(`${SCOPE}${path}`, SCOPE))).toEqual(['assets/a-1.js']);
});

test('the files of a page are those that it names', () => {
  const html = `<script src="./assets/wall-B_x.js"></script><link href="./assets/wall-9.css"><a href="./assets/wall-B_x.js">`;
  expect(assetsOf(html)).toEqual(['assets/wall-B_x.js', 'assets/wall-9.css']);
});
