import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withoutTrailingCommas } from "../../functions/delivery/trailing-commas.ts";
import { holds } from "../support/property.ts";

test("a comma behind the last value is taken away, and no other character", () => {
	for (const [text, strict] of [
		['{"a": "b",\n}', '{"a": "b"\n}'],
		['[1, [2,], {"a":3 , } ,\t]', '[1, [2], {"a":3  } \t]'],
		['{"a":",}","b":"\\",]",}', '{"a":",}","b":"\\",]"}'],
	] as const)
		expect(withoutTrailingCommas(text)).toBe(strict);
});

test("what no vendor documents stays as it is, and so does JSON", () => {
	for (const text of ["[,]", "{,}", "[1,,]", '{"a":,}', ",", "[1,", '"a,]'])
		expect(() => JSON.parse(withoutTrailingCommas(text))).toThrow(SyntaxError);
	holds(
		fc.property(fc.json(), (text) => {
			expect(withoutTrailingCommas(text)).toBe(text);
		}),
	);
});
