import { describe, expect, test } from "vitest";
import { once } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import photon from "../../functions/providers/photon/provider.ts";
import { readBody, readEvent } from "../support/examples.ts";

const photon_key = "data/accounts@example.com/2026-01-05/one.json";
const done = { message: "success", status: "success" };
const processing = {
	message: "The document you submitted is being processed.",
	status: "success",
};

function read(body: unknown) {
	return readBody(photon, body);
}

describe("photon", () => {
	test.each([
		["in the body", { photon_key, data: { Total: 1 }, ...done }],
		["in the data", { data: { Total: 1, photon_key }, ...done }],
		["first in the body", { photon_key, data: { photon_key: "other" } }],
		["with null in the body", { photon_key: null, data: { photon_key } }],
		["whatever the status says", { data: { photon_key }, ...processing }],
	])("takes a document with data for processed, its key %s", (_, body) => {
		expect(read(body)).toEqual({
			event: {
				type: "document.processed",
				subject: photon_key,
				identity: once(photon_key),
			},
		});
	});

	test("takes a document whatever its fields are", () => {
		for (const odd of [null, 7, "7", true, { of: "another kind" }, [1]]) {
			const names = Object.keys(
				photon.events["document.processed"].shape.data.shape,
			);
			const fields = names.filter((name) => name !== "photon_key");
			const data = Object.fromEntries(fields.map((name) => [name, odd]));
			expect(readEvent(photon, { photon_key, data }).subject).toBe(photon_key);
		}
	});

	test.each([
		["alone", { photon_key }],
		["of a submission", { photon_key, doc_path: "data/one.pdf", ...done }],
		["being processed", { photon_key, ...processing }],
		["with empty data", { photon_key, data: {} }],
		["with null data", { photon_key, data: null, ...done }],
	])("watches a key %s", (_, body) => {
		expect(read(body)).toEqual({ watch: { subject: photon_key } });
		expect(read({ ...body, ID: 1031 })).toEqual({
			watch: { subject: photon_key, reference: "1031" },
		});
	});

	test("looks a callback up by its ID where it has no key", () => {
		const body = { ID: "order-1", data: { Total: 1 }, ...done };
		const reading = read(body);
		if (!("lookup" in reading)) throw new Error("no lookup");
		expect(reading.lookup).toBe("order-1");
		expect(reading.found(photon_key)).toMatchObject({
			type: "document.processed",
			subject: photon_key,
			identity: once(photon_key),
		});
		expect(reading.found(undefined)).toMatchObject({
			type: "unrecognized",
			identity: { kind: "state", recurring: true, withinSeconds: 3600 },
		});
	});

	test.each([
		["an array, as older pages show", [{ photon_key, Total: 1 }]],
		["an array of data", { photon_key, data: [{ Total: 1 }] }],
		["a failure", { photon_key, message: "Blank PDF!", status: "error" }],
		["an error without a word", { photon_key, status: "error" }],
		["a success that complains", { photon_key, message: "Deleted" }],
		["a key with news beside it", { photon_key, reason: "blank" }],
		["data without key or ID", { data: { Total: 1 }, ...done }],
		["an ID without data", { ID: "order-1", ...processing }],
		["a key that is no text", { photon_key: 5 }],
		["an empty key", { photon_key: "" }],
		["nothing", {}],
		["a text", "done"],
		["null", null],
	])("keeps %s as unrecognized", (_, body) => {
		expect(readEvent(photon, body).type).toBe("unrecognized");
	});

	test("takes a number or a text for amounts, pages and flags", () => {
		for (const drift of [
			{ Pages: "1", Is_Duplicate: 0, Total: 1871.8 },
			{ Pages: 1, Is_Duplicate: false, Total: "1871.80" },
			{ Pages: null, Is_Duplicate: "0", Total: "" },
		]) {
			const body = { data: { photon_key, ...drift } };
			expect(readEvent(photon, body).type).toBe("document.processed");
			expect(photon.events["document.processed"].parse(body)).toEqual(body);
		}
	});

	test("names each wrong field of a processed document", () => {
		const data = { photon_key: 7, Total: 1 };
		expect(() => read({ data, ID: {} })).toThrow(
			expect.objectContaining({
				issues: [
					expect.objectContaining({ path: ["data", "photon_key"] }),
					expect.objectContaining({ path: ["ID"] }),
				],
			}),
		);
	});

	test("accepts the echoed token with and without Bearer", () => {
		expect(photon.proofs({ webhookAuthorization: "abc" })).toEqual(
			equals("authorization", "abc", "Bearer abc"),
		);
	});
});
