import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillPath, UnfitAddress, urlOf } from "../../functions/asking/url.ts";
import { holds } from "../support/property.ts";

const unit = fc.constantFrom(..."./\\%?#&=@: a0é漢😀\0\n\t");

describe("an address", () => {
	test("keeps every value inside its own segment", () => {
		holds(
			fc.property(fc.string({ minLength: 1, unit }), (id) => {
				fc.pre(id !== "." && id !== "..");
				const path = fillPath("/v1/document/{id}/pdf", { id });
				const url = urlOf("https://api.example/base", path, {});
				const [, base, version, what, encoded = "", end, ...more] =
					url.pathname.split("/");
				expect([base, version, what, end, more]).toEqual([
					"base",
					"v1",
					"document",
					"pdf",
					[],
				]);
				expect(decodeURIComponent(encoded)).toBe(id);
				expect(url.host).toBe("api.example");
			}),
		);
	});

	test.each(["", ".", "..", "\ud800"])("refuses %j as a part", (id) => {
		expect(() => fillPath("/document/{id}", { id })).toThrow(UnfitAddress);
	});

	test("refuses a query that cannot be said in UTF-8", () => {
		expect(() => urlOf("https://api.example", "/", { id: "\ud800" })).toThrow(
			UnfitAddress,
		);
	});

	test("keeps the slash at the end, and the base's own path", () => {
		const url = urlOf("https://api.example/bank/", "/v1/entity/", {
			id: "a b&c",
		});
		expect(url.href).toBe("https://api.example/bank/v1/entity/?id=a%20b%26c");
	});

	test.each([
		"http://api.example",
		"https://user:word@api.example",
		"https://api.example/?a=b",
		"ftp://api.example",
		"api.example",
		"",
	])("does not begin with %j", (base) => {
		expect(() => urlOf(base, "/x", {})).toThrow(UnfitAddress);
	});

	test.each(["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])(
		"may be unencrypted on this machine: %s",
		(base) => {
			expect(urlOf(base, "/x", {}).href).toBe(`${base}/x`);
		},
	);
});
