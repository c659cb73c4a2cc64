import { expect, test } from '@jest/globals';
import { isTextual } from './textual.ts';

test.each<[string | null, boolean]>([
  [null, true],
  ['text/plain', true], ['text/plain; charset=utf-8', true], ['Text/CSV', true],
  ['application/json', true], ['application/json ; charset=utf-8', true], ['APPLICATION/JSON;a=b', true], ['application/xml', true], ['application/yaml', true],
  ['application/fhir+json', true], ['application/vnd.acme.v2+json', true], ['application/hl7-v2+xml', true], ['application/vnd.acme_x+json; version=2', true], ['image/svg+xml', true], ['model/gltf+json', true],
  ['image/png', false], ['application/pdf', false], ['application/octet-stream', false], ['application/x-json', false], ['application/jsonl', false], ['application/json+zip', false], ['application/zip; name="a+json"', false], ['', false],
])('%s is text: %s', (mediaType, expected) => {
  expect(isTextual(mediaType)).toBe(expected);
});
