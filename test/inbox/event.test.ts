import { CloudEvent } from "cloudevents";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	bytesAsSent,
	headOf,
	messageAttributes,
	seal,
} from "../../functions/inbox/event.ts";
import { holds } from "../support/property.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const facts = {
	provider: "toy",
	id: "an-id",
	type: "parcel.moved",
	subject: "p/1 é",
	recordedtime: "2030-01-01T00:00:00.000Z",
	partitionkey: "ab12",
	traceparent,
	via: "webhook",
} as const;

describe("a finished message", () => {
	test("is a CloudEvent with all that a consumer filters and orders by", () => {
		const time = new Date("2029-12-31T23:00:00Z");
		const sequence = "2030-01-01T00:00:00.000Z-000000000007";
		const text = seal({ ...facts, time, sequence }, { data: '{"a":1}' });
		const event = JSON.parse(text);
		expect(event).toEqual({
			specversion: "1.0",
			id: "an-id",
			source: "/providers/toy",
			type: "toy.parcel.moved",
			subject: "p/1 é",
			time: "2029-12-31T23:00:00.000Z",
			datacontenttype: "application/json",
			dataschema: "urn:billhook:schema:toy.parcel.moved",
			recordedtime: "2030-01-01T00:00:00.000Z",
			partitionkey: "ab12",
			sequence,
			traceparent,
			via: "webhook",
			data: { a: 1 },
		});
		expect(new CloudEvent(event).validate()).toBe(true);
	});

	test("has the reference in its data's place", () => {
		const dataref = "s3://bucket/toy/digest";
		const event = JSON.parse(seal(facts, { dataref }));
		expect(event.dataref).toBe(dataref);
		expect(event).not.toHaveProperty("data");
		expect(new CloudEvent(event).validate()).toBe(true);
	});

	test("is dated as it was recorded where the provider says no time", () => {
		const event = JSON.parse(seal(facts, { data: "null" }));
		expect(event.time).toBe(facts.recordedtime);
		expect(event).not.toHaveProperty("sequence");
		expect(event.data).toBeNull();
	});

	test("holds its data's own text, to the last digit", () => {
		const data =
			'{ "amount" : 12345678901234567890.10,\n "b": 1.0, "a": "\\u00e9" }';
		expect(seal(facts, { data })).toContain(`"data":${data}}`);
	});

	test("says what its data says and has no character that SQS refuses", () => {
		const unit = fc.oneof(
			fc.constantFrom("\ufffe", "\uffff", "\\", '"', "\u{1f600}", "\u{1ffff}"),
			fc.string({ unit: "binary", maxLength: 3 }),
			fc.nat(0xffff).map((code) => String.fromCharCode(code)),
		);
		const string = fc.array(unit).map((units) => units.join(""));
		// the text as sent, with every character in the clear
		const data = fc
			.dictionary(string, string)
			.map((json) => JSON.stringify(json));
		const property = fc.property(data, string, (data, subject) => {
			const message = seal({ ...facts, subject }, { data });
			expect(JSON.parse(message).data).toEqual(JSON.parse(data));
			expect(JSON.parse(message).subject).toBe(subject);
			// fauxqs refuses whole pairs, too
			expect(message).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/);
		});
		holds(property, { numRuns: 500 });
	});
});

test("a message's head is all but its data, whatever stands in it", () => {
	const string = fc.oneof(
		fc.constantFrom(',"data":', '{"data":1}', '"', "\\"),
		fc.string({ unit: "binary" }),
	);
	const property = fc.property(string, fc.json(), (subject, data) => {
		const message = seal({ ...facts, subject }, { data });
		const { data: _, ...head } = JSON.parse(message);
		expect(headOf(message)).toEqual(head);
	});
	holds(property, { numRuns: 500 });
	const reference = seal(facts, { dataref: "s3://bucket/key" });
	expect(headOf(reference)).toEqual(JSON.parse(reference));
});

test("a message is counted as SQS does: bytes, and names, types and values of its attributes", () => {
	const attributes = messageAttributes({
		type: "toy.é",
		via: "poll",
		traceparent: "00",
	});
	expect(attributes).toEqual({ type: "toy.é", via: "poll", traceparent: "00" });
	const counted = "é{}typeStringtoy.éviaStringpolltraceparentString00";
	expect(bytesAsSent("é{}", attributes)).toBe(Buffer.byteLength(counted));
});
