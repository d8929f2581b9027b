import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, canonicalDigest } from "../../functions/inbox/canonical.ts";
import { holds } from "../support/property.ts";

/** The same value in another spelling: keys in another order, spaces, escapes. */
function respell(value: unknown, seed: number): string {
	const space = [" ", "\n", "\t", "", "\r\n "][seed % 5] ?? "";
	const inner = (each: unknown, nth: number) => respell(each, seed + nth + 1);
	if (Array.isArray(value))
		return `[${space}${value.map(inner).join(`${space},`)}]${space}`;
	if (typeof value === "string") return spell(value, seed);
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	const members = Object.entries(value).map(
		([key, each], nth) =>
			`${spell(key, seed + nth)}${space}:${space}${inner(each, nth)}`,
	);
	if (seed % 2) members.reverse();
	return `{${space}${members.join(`${space},`)}${space}}`;
}

function spell(text: string, seed: number): string {
	if (seed % 3) return JSON.stringify(text);
	const units = text.split("").map((unit) => unit.charCodeAt(0));
	return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });

test("says the same of what means the same, however it is spelled", () => {
	const property = fc.property(json, fc.nat(), (value, seed) => {
		const text = JSON.stringify(value);
		expect(canonical(respell(value, seed))).toBe(canonical(text));
		expect(JSON.parse(canonical(text))).toEqual(JSON.parse(text));
	});
	holds(property, { numRuns: 1000 });
});

test("tells apart what does not", () => {
	const property = fc.property(json, json, (one, other) => {
		const [first, second] = [one, other].map((value) => JSON.stringify(value));
		const same = isDeepStrictEqual(
			JSON.parse(`${first}`),
			JSON.parse(`${second}`),
		);
		expect(canonicalDigest(`${first}`) === canonicalDigest(`${second}`)).toBe(
			same,
		);
	});
	holds(property, { numRuns: 1000 });
});

test.each([
	["1", "1.0", "10e-1", "0.1E+1", "100E-2"],
	["0", "-0", "0.000", "0e99"],
	["12345678901234567890.10", "1234567890123456789010e-2"],
	["-1.5e3", "-1500", "-15e+2"],
])("counts %s and its other spellings as one number", (...spellings) => {
	expect(new Set(spellings.map(canonical)).size).toBe(1);
});

test.each([
	["12345678901234567890", "12345678901234567891"],
	["0.1", "0.10000000000000000001"],
	["1e400", "1e401"],
	["1", '"1"'],
	["1", "-1"],
	["[1,2]", "[2,1]"],
	["[]", "{}"],
	['{"a":1}', '{"a":null}'],
	["[[1],2]", "[[1,2]]"],
	['["a","b"]', '["a,b"]'],
])("does not take %s for %s", (one, other) => {
	expect(canonicalDigest(one)).not.toBe(canonicalDigest(other));
});

test("knows where a string ends", () => {
	const text = String.raw`{"a\\":"\\","b\"":"\\\"","":""}`;
	expect(JSON.parse(canonical(text))).toEqual(JSON.parse(text));
});

test("takes the last of two members of one name, as a reader does", () => {
	expect(canonical('{"a":1,"b":2,"\\u0061":3}')).toBe(
		canonical('{"b":2,"a":3}'),
	);
	expect(canonical('{"__proto__":1}')).not.toBe(canonical("{}"));
});

test("sorts members wherever they stand, and of one name takes the last", () => {
	const { value } = fc.letrec<{ value: string }>((tie) => {
		const name = fc.constantFrom("a", "b", "\\u0061", "");
		const member = fc.tuple(name, tie("value"));
		return {
			value: fc.oneof(
				{ maxDepth: 4 },
				fc.constantFrom("1", '"x"', "[]", "{}", "null"),
				fc
					.array(tie("value"), { maxLength: 3 })
					.map((all) => `[${all.join(" , ")}]`),
				fc
					.array(member, { maxLength: 4 })
					.map(
						(all) => `{${all.map(([name, text]) => `"${name}" :${text}`)} }`,
					),
			),
		};
	});
	const property = fc.property(value, (text) => {
		const sorted = sort(JSON.parse(text));
		expect(canonical(text)).toBe(JSON.stringify(sorted).replaceAll("1", "1e0"));
	});
	holds(property, { numRuns: 1000 });
});

function sort(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sort);
	if (value === null || typeof value !== "object") return value;
	const members = Object.entries(value).sort(([one], [other]) =>
		one < other ? -1 : 1,
	);
	return Object.fromEntries(members.map(([name, each]) => [name, sort(each)]));
}

test.each([100, 100_000])("digests %s members as it spells them", (count) => {
	const members = Array.from(
		{ length: count },
		(_, index) => `"${(index * 7919) % count}":["😀",{"b":-0.50,"a":"é"}]`,
	);
	const text = `{${members}}`;
	const digest = createHash("sha256").update(canonical(text));
	expect(canonicalDigest(text)).toBe(digest.digest("base64url"));
	expect(canonicalDigest(`{${members.reverse()}}`)).toBe(canonicalDigest(text));
});

test("keeps an exponent beyond counting as it is spelled, at once", () => {
	const power = "9".repeat(4_000_000);
	const number = `1e${power}`;
	const before = process.cpuUsage().user;
	expect(canonical(number)).toBe(number);
	expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
	expect(canonical(`-${number}`)).not.toBe(number);
	expect(canonical(`0e${power}`)).toBe("0");
	expect(canonical("10e999999999999998")).toBe(canonical("1e999999999999999"));
});

test("bears any depth, and digits without end", () => {
	const deep = 200_000;
	const nested = `${"[".repeat(deep)}1${"]".repeat(deep)}`;
	expect(canonical(nested)).toBe(nested.replace("1", "1e0"));
	const long = `1${"0".repeat(deep)}1`;
	expect(canonical(long)).toBe(`${long}e0`);
});
