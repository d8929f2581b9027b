import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Known, pack, unpack } from "../../functions/inbox/envelope.ts";
import { maxMessageBytes } from "../../functions/inbox/event.ts";
import { holds } from "../support/property.ts";

const known: Known = {
	pk: "beea9ca5863ecd91f092abaf0c65b39f5962c9308129475b260af5fb93a5c66a",
	id: "fqAWv7MX4BuzvsCb2dNlcS1EqL2WVBhDNszgBzmFmk0",
	type: "toy.parcel.moved",
	via: "webhook",
	at: "2030-01-01T00:00:00.000Z",
};

test("a stored message comes back as it was", () => {
	const message = fc.string({ unit: "grapheme", maxLength: 3000 });
	holds(
		fc.property(message, (text) => {
			expect(unpack(pack(text, known), known)).toBe(text);
		}),
	);
});

test.each(["finbox.session.expiry", "toy.parcel.moved"])(
	"whatever its size, and however little of it repeats: %s",
	(type) => {
		const one = { ...known, type };
		const sizes = fc.oneof(
			fc.integer({ min: 0, max: 9 }),
			fc.integer({ min: 9, max: 19 }).map((power) => 2 ** power),
		);
		const message = fc
			.tuple(sizes, fc.integer({ min: -900, max: 9 }), fc.integer())
			.map(([size, more, seed]) => noise(Math.max(0, size + more), seed));
		holds(
			fc.property(message, (text) => {
				expect(unpack(pack(text, one), one)).toBe(text);
			}),
			{ numRuns: 60 },
		);
	},
);

/** Text that no compression makes much smaller. */
function noise(length: number, seed: number): string {
	let state = seed >>> 0;
	const letters = Array.from({ length }, () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return String.fromCharCode(32 + (state >>> 24) / 3);
	});
	return letters.join("");
}

test("is not larger for what its item's attributes say already", () => {
	const said = `{"specversion":"1.0","id":"${known.id}","type":"${known.type}","recordedtime":"${known.at}","partitionkey":"${known.pk}"}`;
	expect(pack(said, known).length).toBeLessThan(32);
});

test.each([
	["as it is now", "SKie5C3Qo16swmOoQN8QyYJEJStDPUOD2loAGY4hEg=="],
	[
		"before there was a vocabulary",
		"eLs6XpAfq6ZarMJjqEDfEMmCRCUrQz1Dg9paABmOIRI=",
	],
])("one that was stored %s can be read by every later version", (_, stored) => {
	const message = `{"specversion":"1.0","id":"${known.id}","subject":"p/1","data":{"a":1.10}}`;
	expect(unpack(Buffer.from(stored, "base64"), known)).toBe(message);
});

test("holds what webhooks often say in a few bytes", () => {
	const said =
		'"account_status":"completed","error_message":"","Line_Items":[{"QTY":1}]';
	expect(pack(said, known).length).toBeLessThan(32);
});

test.each(Object.keys(known) as (keyof Known)[])(
	"is refused beside another %s",
	(name) => {
		const envelope = pack("{}", known);
		const other = { ...known, [name]: `${known[name]}0` };
		expect(() => unpack(envelope, other)).toThrow("Bad dictionary");
	},
);

test("is refused where it is damaged, or swells beyond any message", () => {
	const damaged = Buffer.from(pack(`{"a":"${"b".repeat(99)}"}`, known));
	damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
	expect(() => unpack(damaged, known)).toThrow("incorrect data check");
	const largest = "x".repeat(maxMessageBytes);
	expect(unpack(pack(largest, known), known)).toBe(largest);
	expect(() => unpack(pack(`${largest}x`, known), known)).toThrow(RangeError);
});
