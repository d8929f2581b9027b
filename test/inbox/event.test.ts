import { CloudEvent } from "cloudevents";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	maxMessageBytes,
	pack,
	seal,
	unpack,
} from "../../functions/inbox/event.ts";
import { holds } from "../support/property.ts";

const facts = {
	provider: "toy",
	id: "an-id",
	type: "parcel.moved",
	subject: "p/1 é",
	recordedtime: "2030-01-01T00:00:00.000Z",
	partitionkey: "ab12",
	via: "webhook",
} as const;

function refuse(): never {
	throw new Error("Nothing was to be kept.");
}

describe("a finished message", () => {
	test("is a CloudEvent with all that a consumer filters and orders by", async () => {
		const time = new Date("2029-12-31T23:00:00Z");
		const sequence = "2030-01-01T00:00:00.000Z-000000000007";
		const text = await seal({ ...facts, time, sequence }, '{"a":1}', refuse);
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
			via: "webhook",
			data: { a: 1 },
		});
		expect(new CloudEvent(event).validate()).toBe(true);
	});

	test("is dated as it was recorded where the provider says no time", async () => {
		const event = JSON.parse(await seal(facts, "null", refuse));
		expect(event.time).toBe(facts.recordedtime);
		expect(event).not.toHaveProperty("sequence");
		expect(event.data).toBeNull();
	});

	test("holds its data's own text, to the last digit", async () => {
		const text =
			'{ "amount" : 12345678901234567890.10,\n "b": 1.0, "a": "\\u00e9" }';
		expect(await seal(facts, text, refuse)).toContain(`"data":${text}}`);
	});

	test("says what its data says and has no character that SQS refuses", async () => {
		const json = fc.json({ stringUnit: "binary", maxDepth: 3 });
		const subject = fc.string({ unit: "binary", minLength: 1 });
		const property = fc.asyncProperty(json, subject, async (text, name) => {
			const spiked = `{"\uFFFE":${text},"x":"\uFFFF\\\\\uFFFE"}`;
			const of = { ...facts, subject: `${name}\uFFFE` };
			const message = await seal(of, spiked, refuse);
			expect(JSON.parse(message).data).toEqual(JSON.parse(spiked));
			expect(JSON.parse(message).subject).toBe(of.subject);
			expect(message).not.toMatch(/[\uFFFE\uFFFF]/);
		});
		await holds(property, { numRuns: 500 });
	});
});

describe("a large message", () => {
	async function sealed(data: string) {
		const kept: string[] = [];
		const of = { ...facts, subject: "p\uFFFE" };
		const text = await seal(of, data, async (bytes) => {
			kept.push(Buffer.from(bytes).toString());
			return "s3://bucket/toy/digest";
		});
		return { text, event: JSON.parse(text), kept };
	}

	test.each([
		["plain", "x"],
		["in several bytes", "é"],
		["escaped", "\uFFFE"],
	])("carries a reference from one byte above 256 KiB, %s", async (_, unit) => {
		const { text: empty } = await sealed('""');
		const unitBytes = unit === "\uFFFE" ? 6 : Buffer.byteLength(unit);
		const room = maxMessageBytes - Buffer.byteLength(empty);
		const units = unit.repeat(Math.floor(room / unitBytes));
		const data = `"${units}${"x".repeat(room % unitBytes)}"`;
		const fits = await sealed(data);
		expect(Buffer.byteLength(fits.text)).toBe(maxMessageBytes);
		expect(fits.event.data).toBe(JSON.parse(data));
		expect(fits.kept).toEqual([]);
		const more = data.replace(/"$/, 'x"');
		const exceeds = await sealed(more);
		expect(exceeds.event).not.toHaveProperty("data");
		expect(exceeds.event.dataref).toBe("s3://bucket/toy/digest");
		expect(exceeds.kept).toEqual([more]);
		expect(exceeds.text).not.toContain("\uFFFE");
		expect(new CloudEvent(exceeds.event).validate()).toBe(true);
	});
});

describe("a stored message", () => {
	test("is compressed from one byte above 1 KiB", () => {
		const fits = "é".repeat(512);
		expect(pack(fits)).toBe(fits);
		const packed = pack(`${fits}x`);
		expect(packed).toBeInstanceOf(Uint8Array);
		expect(packed.length).toBeLessThan(100);
	});

	test("comes back as it was", () => {
		const message = fc.string({ unit: "grapheme", maxLength: 3000 });
		holds(
			fc.property(message, (text) => {
				expect(unpack(pack(text))).toBe(text);
			}),
		);
	});
});
