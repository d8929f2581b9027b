import { describe, expect, test } from "vitest";
import { once, state } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import marosa from "../../functions/providers/marosa/provider.ts";
import { readEvent } from "../support/examples.ts";

const notification = {
	eventId: "id-1",
	eventType: "DOCUMENT_STATUS_CHANGED",
	occurredAt: "2025-03-30T10:15:00Z",
	documentId: "INV/2025 00123",
	externalStatus: "APPROVED",
	currentStatus: "OK",
	flowDetail: "VERIFACTU",
};
const invoice = { ...notification, eventType: "INVOICE_STATUS_CHANGED" };

function read(body: unknown) {
	return readEvent(marosa, body);
}

describe("marosa", () => {
	test("keeps the document's states and the invoice's apart, each by its eventId", () => {
		expect(read(notification)).toEqual({
			type: "document.status_changed",
			subject: "INV/2025 00123",
			time: new Date("2025-03-30T10:15:00Z"),
			identity: state({ lane: "document", value: "OK", key: "id-1" }),
		});
		expect(read(invoice)).toMatchObject({
			type: "invoice.status_changed",
			identity: state({ lane: "invoice", value: "APPROVED", key: "id-1" }),
		});
	});

	test("passes statuses that nobody has listed", () => {
		const validating = { ...notification, currentStatus: "VALIDATING" };
		expect(read(validating).identity).toMatchObject({ value: "VALIDATING" });
	});

	test.each([
		["2025-03-30T12:15:00.5+02:00", "2025-03-30T10:15:00.500Z"],
		["2025-03-30T10:15:00.1234567Z", "2025-03-30T10:15:00.123Z"],
		["2025-03-30T10:15:00", undefined],
		["2025-02-30T10:15:00Z", undefined],
		["0001-01-01T00:00:00Z", undefined],
		["9999-12-31T23:59:59-01:00", undefined],
		["yesterday", undefined],
		["", undefined],
		[null, undefined],
		[undefined, undefined],
	])("takes %j for %s and loses no event", (occurredAt, time) => {
		const event = read({ ...notification, occurredAt });
		expect(event.time?.toISOString()).toBe(time);
		expect(event.type).toBe("document.status_changed");
	});

	test("does without the other lane's status, but not without its own", () => {
		const other = { externalStatus: null, flowDetail: undefined };
		expect(read({ ...notification, ...other }).type).toBe(
			"document.status_changed",
		);
		expect(read({ ...invoice, currentStatus: undefined }).type).toBe(
			"invoice.status_changed",
		);
	});

	test.each([
		[{ ...notification, currentStatus: null }, ["currentStatus"]],
		[{ ...invoice, externalStatus: null }, ["externalStatus"]],
		[
			{ ...notification, eventId: null, documentId: "" },
			["eventId", "documentId"],
		],
		[{ ...notification, occurredAt: 5 }, ["occurredAt"]],
		[{ documentId: "d" }, ["eventType"]],
	])("names what is wrong with %j", (body, fields) => {
		expect(() => read(body)).toThrow(
			expect.objectContaining({
				issues: fields.map((field) =>
					expect.objectContaining({ path: [field] }),
				),
			}),
		);
	});

	test("keeps other types of event as unrecognized", () => {
		expect(read({ eventType: "BATCH_DONE" }).type).toBe("unrecognized");
	});

	test("takes a type that nobody declared by its eventId, under its document where it names one", () => {
		const undeclared = { eventId: "id-9", eventType: "BATCH_DONE" };
		const identity = once("id-9");
		const type = "unrecognized";
		expect(read({ ...undeclared, documentId: "d-1" })).toEqual({
			type,
			subject: "d-1",
			identity,
		});
		for (const documentId of [undefined, null, "", 5])
			expect(read({ ...undeclared, documentId })).toEqual({
				type,
				subject: "id-9",
				identity,
			});
	});

	test.each([undefined, null, "", 5])(
		"takes one whose eventId is %j by its content",
		(eventId) => {
			expect(read({ eventId, eventType: "BATCH_DONE" }).identity).toMatchObject(
				{
					kind: "state",
					recurring: true,
				},
			);
		},
	);

	test("has room in its data for a poll, which knows neither eventId nor occurredAt", () => {
		const polled = { ...notification, eventId: null, occurredAt: null };
		const schema = marosa.events["document.status_changed"];
		expect(schema.parse(polled)).toEqual(polled);
	});
});

describe("marosa's proofs", () => {
	function proofs(settings: Record<string, string>) {
		return marosa.proofs(marosa.settings.parse(settings));
	}

	test("are an API key in the header of your choice", () => {
		expect(proofs({ webhookApiKey: "abc" })).toEqual([
			...equals("x-api-key", "abc"),
		]);
		expect(
			proofs({ webhookApiKey: "abc", webhookApiKeyHeader: "X-Mine" }),
		).toEqual(equals("X-Mine", "abc"));
	});

	test("are a name and a password, in UTF-8", () => {
		expect(proofs({ webhookUsername: "me", webhookPassword: "pä:ss" })).toEqual(
			equals("authorization", "Basic bWU6cMOkOnNz"),
		);
	});

	test("stay closed where only half of the pair is set", () => {
		expect(proofs({ webhookUsername: "me" })).toHaveLength(1);
		expect(proofs({ webhookPassword: "pass" })).toHaveLength(1);
	});
});
