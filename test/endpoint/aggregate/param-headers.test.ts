import { describe, expect, test } from 'vitest';
import { paramHeaders } from '../../../src-main/engine/endpoint/aggregate/param-headers.ts';

const marked = (name: string, type = 'string') => ({ type, 'x-mcp-header': name });

function headersOf(properties: Record<string, ReturnType<typeof marked> | object>, args: unknown) {
  return paramHeaders({ type: 'object', properties: properties as Record<string, Record<string, string>> }, args);
}

describe('M2 the headers that repeat arguments', () => {
  test('stand for what the schema marks, at any depth, and for nothing else', () => {
    const properties = {
      region: marked('Region'),
      deep: { type: 'object', properties: { n: marked('N', 'integer') } },
      x: {},
    };
    expect(headersOf(properties, { region: 'north', deep: { n: 7 }, x: 'y' })).toEqual({
      'mcp-param-region': 'north',
      'mcp-param-n': '7',
    });
  });

  test.each([
    ['Süd', '=?base64?U8O8ZA==?='],
    [' blank', '=?base64?IGJsYW5r?='],
    ['', '=?base64??='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
    ['a\r\nb: c', '=?base64?YQ0KYjogYw==?='],
    [true, 'true'],
    ['two words', 'two words'],
  ])('write %j as a header may bear it', (value, header) => {
    expect(headersOf({ x: marked('X') }, { x: value })).toEqual({ 'mcp-param-x': header });
  });

  test.each([[undefined], [null], [1.5], [Number.MAX_SAFE_INTEGER + 1], [{}]])('are left out for %j', (value) => {
    expect(headersOf({ x: marked('X') }, { x: value })).toEqual({});
  });

  test('44 are none for a mark that is no name of a header', () => {
    expect(headersOf({ x: marked('a: b\r\nc') }, { x: 'y' })).toEqual({});
  });
});
