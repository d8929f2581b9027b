import * as fc from "fast-check";
import { expect, test } from "vitest";
import { idIn, objectOf, partsOf } from "../../functions/inbox/json-text.ts";
import { holds } from "../support/property.ts";

const json = fc.jsonValue({ maxDepth: 3, stringUnit: "binary" });
const space = fc.constantFrom("", " ", "\n\t", 2);

test("the parts of a JSON text are the texts of its members, or elements", () => {
	const property = fc.property(json, space, (value, indent) => {
		const text = ` ${JSON.stringify(value, null, indent)}\r\n`;
		const parts = [...partsOf(text)].map(([name, part]) => [
			name,
			JSON.parse(part),
		]);
		const isBranch = typeof value === "object" && value !== null;
		expect(new Map(parts as [])).toEqual(
			new Map(isBranch ? Object.entries(JSON.parse(text)) : []),
		);
		for (const part of partsOf(text).values()) {
			expect(text).toContain(part);
			expect(part).toBe(part.trim());
		}
	});
	holds(property, { numRuns: 1000 });
});

test("are made an object of again", () => {
	const member = fc.tuple(fc.string({ unit: "binary" }), json);
	const property = fc.property(fc.array(member), (members) => {
		const texts = members.map(
			([name, value]) => [name, JSON.stringify(value)] as const,
		);
		const parsed = JSON.parse(objectOf(texts));
		expect(Object.entries(parsed)).toEqual(
			Object.entries(Object.fromEntries(members)).map(([name, value]) => [
				name,
				JSON.parse(JSON.stringify(value)),
			]),
		);
	});
	holds(property);
});

test("have every digit, and of one name the last", () => {
	const text =
		'{"a":1,"b" : [ 1.50, {"c":1e400}] ,"\\u0061":12345678901234567890.10}';
	expect([...partsOf(text)]).toEqual([
		["a", "12345678901234567890.10"],
		["b", '[ 1.50, {"c":1e400}]'],
	]);
});

test("are found however deep they are", () => {
	const deep = `${"[".repeat(200_000)}"]"${"]".repeat(200_000)}`;
	expect(partsOf(`{"a":${deep},"b":1}`).get("a")).toBe(deep);
	expect(partsOf(deep).get("0")).toBe(deep.slice(1, -1));
});

test.each([
	['"a\\u0062"', "ab"],
	["12", "12"],
	["-9007199254740991", "-9007199254740991"],
	["9007199254740992", ""],
	["9007199254740993", ""],
	["1.0", ""],
	["1.0000000000000000001", ""],
	["1e3", ""],
	['""', ""],
	["null", ""],
	["{}", ""],
	["true", ""],
])("what may name something, of %s: %j", (text, id) => {
	expect(idIn(`{"ID": ${text} }`, "ID")).toBe(id);
	expect(idIn(`{"id": ${text} }`, "ID")).toBe("");
});
