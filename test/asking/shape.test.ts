import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
	expectShape,
	shapeOf,
	UnknownShape,
} from "../../functions/asking/shape.ts";

describe("an unknown shape", () => {
	test.each([
		[null, "null"],
		["text", "string"],
		[[], "empty array"],
		[{}, "empty object"],
		[[{ id: 1 }, 2], "array of { id: number }"],
		[{ a: { b: { c: 1 } } }, "{ a: { b: object } }"],
		[{ a: [{ b: [1] }] }, "{ a: array of { b: array of number } }"],
	])("is named by its keys and kinds: %j", (json, shape) => {
		expect(shapeOf(json)).toBe(shape);
	});

	test("gives no value away, not even one that stands as a key", () => {
		const shape = shapeOf({
			"ann@example.com": 1,
			"000201551234": "4111",
			account_12345678: true,
			status: "secret",
		});
		expect(shape).toBe("{ …: number, …: string, …: boolean, status: string }");
	});

	test("stays short", () => {
		const wide = Object.fromEntries(
			Array.from({ length: 500 }, (_, index) => [
				`f${index % 90}_${"x".repeat(index % 30)}`,
				1,
			]),
		);
		expect(shapeOf(wide).length).toBeLessThan(700);
	});

	test("is thrown with the place at which it differs", () => {
		const schema = z.looseObject({
			list: z.array(z.looseObject({ id: z.string() })),
		});
		expect(expectShape(schema, { list: [{ id: "1", more: 2 }] })).toEqual({
			list: [{ id: "1", more: 2 }],
		});
		const wrong = { list: [{ id: "1" }, { id: 7 }] };
		expect(() => expectShape(schema, wrong)).toThrow(UnknownShape);
		expect(() => expectShape(schema, wrong)).toThrow(
			"The provider answered in an unknown shape: { list: array of { id: string } }, at list.1.id.",
		);
	});
});
