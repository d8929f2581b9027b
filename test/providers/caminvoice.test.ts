import { describe, expect, test } from "vitest";
import { once, state } from "../../functions/inbox/identity.ts";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import { readEvent } from "../support/examples.ts";

const document = { document_id: "d", endpoint_id: "KHUID000001" };

function read(type: unknown, rest: object = document) {
	return readEvent(caminvoice, { type, ...rest });
}

describe("caminvoice", () => {
	test("tells one document's delivery from its receipt, and one endpoint from another", () => {
		expect(read("DOCUMENT.DELIVERED")).toEqual({
			type: "document.delivered",
			subject: "d",
			identity: once("DOCUMENT.DELIVERED", "KHUID000001", "d"),
		});
		expect(
			read("DOCUMENT.RECEIVED", { ...document, endpoint_id: "2" }),
		).toEqual({
			type: "document.received",
			subject: "d",
			identity: once("DOCUMENT.RECEIVED", "2", "d"),
		});
	});

	test("takes a status for a state of the document at one endpoint, even an unknown one", () => {
		const archived = { ...document, status: "ARCHIVED" };
		expect(read("DOCUMENT.STATUS_UPDATED", archived)).toEqual({
			type: "document.status_updated",
			subject: "d",
			identity: state({ lane: "KHUID000001", value: "ARCHIVED" }),
		});
	});

	test("reads a revocation without a document, which may come again an hour later", () => {
		expect(read("ENTITY.REVOKED", { endpoint_id: "KHUID000001" })).toEqual({
			type: "entity.revoked",
			subject: "KHUID000001",
			identity: state({
				value: "revoked",
				withinSeconds: 3600,
				recurring: true,
			}),
		});
	});

	test.each(["DOCUMENT.ACCEPTED", "DOCUMENT.SENT", "constructor", ""])(
		"keeps %j as unrecognized, whatever else is in it",
		(type) => {
			expect(read(type, { document_id: 5 }).type).toBe("unrecognized");
		},
	);

	test.each([
		["DOCUMENT.DELIVERED", {}, ["endpoint_id", "document_id"]],
		["DOCUMENT.RECEIVED", { ...document, document_id: "" }, ["document_id"]],
		["DOCUMENT.STATUS_UPDATED", document, ["status"]],
		["ENTITY.REVOKED", { endpoint_id: null }, ["endpoint_id"]],
		[undefined, document, ["type"]],
	])("names what is wrong with a %s of %j", (type, rest, fields) => {
		expect(() => read(type, rest)).toThrow(
			expect.objectContaining({
				issues: fields.map((field) =>
					expect.objectContaining({ path: [field] }),
				),
			}),
		);
	});
});
