import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	expectTypeOf,
	test,
} from "vitest";
import * as z from "zod";
import {
	type BillhookEvent,
	type Data,
	dataText,
	type EventReference,
	type EventType,
	parse,
	parserOf,
	type UnknownEvent,
	UnreadableEvent,
} from "../functions/events.ts";
import { providers } from "../functions/providers.ts";
import { type Cloud, openCloud } from "./support/cloud.ts";
import { messagesOf } from "./support/messages.ts";
import { holds } from "./support/property.ts";

let cloud: Cloud;
let messages: string[];
let completed: { data: Record<string, unknown> } & Record<string, unknown>;
beforeAll(async () => {
	cloud = await openCloud();
	messages = (
		await Promise.all(providers.map((provider) => messagesOf(cloud, provider)))
	).flat();
	completed = messages
		.map((message) => JSON.parse(message))
		.find(({ type }) => type === "finbox.extraction.completed");
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** With digits that a double does not hold. */
const number = fc.stringMatching(
	/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?$/,
);
const dataref = "s3://bucket/finbox/0123";
const fetchNothing = async () => {
	throw new Error("there was nothing to fetch");
};

function without(name: string): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(completed).filter(([each]) => each !== name),
	);
}

function refusal(act: () => unknown): UnreadableEvent {
	try {
		act();
	} catch (error) {
		if (error instanceof UnreadableEvent) return error;
		throw error;
	}
	throw new Error("it was read");
}

describe("parse", () => {
	test("reads every example of every provider as it lies on the queue", () => {
		const types = new Set(messages.map((message) => parse(message).type));
		expect(types.size).toBeGreaterThan(providers.length);
		expect(types).not.toContain("unknown");
		for (const message of messages)
			expect(parse(message)).toEqual(JSON.parse(message));
	});

	test("narrows data by type", () => {
		const event = parse(JSON.stringify(completed));
		if (event.type !== "finbox.extraction.completed" || !event.data)
			throw new Error("not narrowed");
		const entity: string = event.data.entity_id;
		const link: string | null | undefined = event.data.link_id;
		expect([entity, link]).toEqual([
			completed.data.entity_id,
			completed.data.link_id,
		]);
	});

	test("answers an event of a type it does not know as unknown, and loses nothing of it", () => {
		for (const type of [
			"finbox.extraction.invented",
			"sixth.document.sent",
			"constructor",
			"__proto__",
		]) {
			const message = { ...completed, type, data: { of: [1, null] }, newer: 1 };
			expect(parse(JSON.stringify(message))).toEqual({
				...message,
				type: "unknown",
				unknownType: type,
			});
		}
	});

	test("keeps fields that the schema does not name", () => {
		const message = {
			...completed,
			newattribute: "1",
			data: { ...completed.data, newer: { deep: [1] } },
		};
		expect(parse(JSON.stringify(message))).toEqual(message);
	});

	test("answers a large event as a reference where nothing can fetch", () => {
		const event = parse(JSON.stringify({ ...without("data"), dataref }));
		expect(event).toMatchObject({ type: completed.type, dataref });
		expect(event.data).toBeUndefined();
	});

	test("fetches a large event's data, as text or as bytes", async () => {
		const message = JSON.stringify({ ...without("data"), dataref });
		const data = { ...completed.data, reason: "é" };
		const text = JSON.stringify(data);
		for (const body of [text, new TextEncoder().encode(text)]) {
			const asked: string[] = [];
			const event = await parse(message, {
				fetch: async (reference) => {
					asked.push(reference);
					return body;
				},
			});
			expect(asked).toEqual([dataref]);
			expect(event).toEqual({ ...completed, data, dataref });
		}
	});

	test("fetches an unknown event's data too", async () => {
		const message = { ...without("data"), type: "finbox.new", dataref };
		expect(
			await parse(JSON.stringify(message), { fetch: async () => "[1]" }),
		).toMatchObject({ type: "unknown", unknownType: "finbox.new", data: [1] });
	});

	test("fetches nothing where data is in the message", async () => {
		for (const message of [completed, { ...completed, dataref }])
			expect(
				await parse(JSON.stringify(message), { fetch: fetchNothing }),
			).toEqual(message);
	});

	test("rejects with what the fetch rejects with", async () => {
		const message = JSON.stringify({ ...without("data"), dataref });
		await expect(parse(message, { fetch: fetchNothing })).rejects.toThrow(
			"there was nothing to fetch",
		);
	});

	test("refuses fetched data that is not the event's", async () => {
		const message = JSON.stringify({ ...without("data"), dataref });
		for (const [body, path] of [
			["<Error>", "data"],
			['{"entity_id":1}', "data.entity_id"],
		] as const) {
			const refused = await parse(message, { fetch: async () => body }).catch(
				(error) => error,
			);
			expect(refused).toBeInstanceOf(UnreadableEvent);
			expect(refused.issues[0].path).toBe(path);
		}
	});

	test("rejects, and does not throw, where it was given a fetch", async () => {
		await expect(parse("{", { fetch: fetchNothing })).rejects.toThrow(
			UnreadableEvent,
		);
	});

	test("names every field that is wrong", () => {
		const message = {
			...without("id"),
			time: "yesterday",
			via: "pigeon",
		};
		expect(
			refusal(() => parse(JSON.stringify(message))).issues.map(
				({ path }) => path,
			),
		).toEqual(["id", "time", "via"]);
		const wrong = {
			...completed,
			data: { ...completed.data, entity_id: 7, link_id: {} },
		};
		expect(
			refusal(() => parse(JSON.stringify(wrong))).issues.map(
				({ path }) => path,
			),
		).toEqual(["data.entity_id", "data.link_id"]);
		expect(
			refusal(() => parse(JSON.stringify(without("data")))).issues,
		).toEqual([{ path: "data", message: "neither data nor dataref is there" }]);
	});

	test("never repeats a value in what it refuses with", () => {
		const names = Object.keys(completed);
		const fields = Object.keys(completed.data);
		const secret = "Gk7TopSecretValue";
		holds(
			fc.property(
				fc.subarray(names.filter((name) => name !== "type")),
				fc.subarray(fields),
				fc.constantFrom(secret, { [secret.toLowerCase()]: secret }, [secret]),
				(badNames, badFields, value) => {
					const data = Object.fromEntries(
						fields.map((field) => [
							field,
							badFields.includes(field) ? value : completed.data[field],
						]),
					);
					const message = Object.fromEntries(
						names.map((name) => [
							name,
							badNames.includes(name) ? value : { ...completed, data }[name],
						]),
					);
					try {
						parse(JSON.stringify(message));
					} catch (error) {
						expect(error).toBeInstanceOf(UnreadableEvent);
						expect(JSON.stringify([error, String(error)])).not.toContain(
							secret,
						);
					}
				},
			),
		);
		for (const text of [secret, `{"a":"${secret}`, `["${secret}"]`, "null"])
			expect(String(refusal(() => parse(text)))).not.toContain(secret);
	});

	test("reads any text, or refuses it by name", () => {
		holds(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				expect(refusal(() => parse(text)).issues.length).toBeGreaterThan(0);
			}),
		);
	});
});

describe("dataText", () => {
	test("keeps every digit", () => {
		const text = '{"amount":12345678901234567.890,"tiny":1e-400,"list":[1.10]}';
		const message = JSON.stringify({ ...completed, data: "HERE" });
		expect(dataText(message.replace('"HERE"', text))).toBe(text);
	});

	test("is undefined where the data lies elsewhere", () => {
		for (const message of [
			JSON.stringify({ dataref }),
			"null",
			"[1]",
			'"data"',
		])
			expect(dataText(message)).toBeUndefined();
	});

	test("is the very text of the last data, however the message is written", () => {
		const space = fc.stringMatching(/^[ \n\r\t]{0,2}$/);
		const member = fc.tuple(
			fc.oneof(fc.constant('"data"'), fc.constant('"d\\u0061ta"'), fc.json()),
			fc.oneof(fc.json(), number),
		);
		holds(
			fc.property(fc.array(member), space, space, (members, before, after) => {
				const texts = members.map(([name, text]) => ({
					name: name.startsWith('"') ? name : JSON.stringify(name),
					text,
				}));
				const message = `${before}{${texts
					.map(({ name, text }) =>
						[name, ":", text].map((part) => before + part + after).join(""),
					)
					.join()}}${after}`;
				const last = texts.findLast(({ name }) => JSON.parse(name) === "data");
				expect(dataText(message)).toBe(last?.text.trim());
				expect(JSON.parse(dataText(message) ?? "null")).toEqual(
					JSON.parse(message).data ?? null,
				);
			}),
			{ numRuns: 500 },
		);
	});

	test("is read at any depth", () => {
		const deep = `${"[".repeat(200_000)}1.0${"]".repeat(200_000)}`;
		expect(dataText(`{"data":${deep},"id":"1"}`)).toBe(deep);
	});

	test("refuses what is not JSON", () => {
		for (const text of [
			"",
			'{"data":1',
			'{"data":01}',
			`{"data":${"[".repeat(9)}`,
		])
			expect(refusal(() => dataText(text)).message).toBe("not JSON");
	});

	test("is what data means, for every example", () => {
		for (const message of messages)
			expect(JSON.parse(dataText(message) ?? "")).toEqual(
				JSON.parse(message).data,
			);
	});
});

test("the types name every event once, and data or its reference", () => {
	const event = {} as BillhookEvent | EventReference | UnknownEvent;
	if (event.type === "unknown") {
		const newer: string = event.unknownType;
		expect(newer).toBeDefined();
	}
	const one = {} as BillhookEvent<"marosa.invoice.status_changed">;
	// @ts-expect-error another type's name does not fit
	one.type = "marosa.document.status_changed";
	expect(one.type).toBeDefined();
});

test("any type of a sender whose types are not known beforehand is read by its one schema", () => {
	const [charge = ""] = messages.filter((message) =>
		message.includes('"type":"stripe.charge.succeeded"'),
	);
	const event = parse(charge);
	expect(event.type).toBe("stripe.charge.succeeded");
	const { id: _, ...without } = JSON.parse(charge).data;
	const wrong = JSON.stringify({ ...JSON.parse(charge), data: without });
	expect(refusal(() => parse(wrong)).issues).toMatchObject([
		{ path: "data.id" },
	]);
	const parseOwn = parserOf({
		"acme.*": z.object({ id: z.string() }),
		"acme.paid": z.object({ amount: z.number() }),
	});
	const named = (type: string, data: object) =>
		parseOwn(JSON.stringify({ ...JSON.parse(charge), type, data }));
	const moved = named("acme.moved", { id: "1" });
	if (moved.type === "acme.moved" && moved.data)
		expectTypeOf(moved.data).toEqualTypeOf<{ id: string }>();
	expect(moved.type).toBe("acme.moved");
	expect(refusal(() => named("acme.paid", { id: "1" })).issues).toMatchObject([
		{ path: "data.amount" },
	]);
	expect(named("other.paid", {}).type).toBe("unknown");
});

test("a misspelt field is found by the compiler, in every event but those that nobody declared beforehand", () => {
	type Loose = {
		[Type in EventType]: string extends keyof Data<Type> ? Type : never;
	}[EventType];
	type Open = `${"github" | "standard-webhooks" | "stripe"}.${string}`;
	expectTypeOf<Exclude<Loose, Open | `${string}.unrecognized`>>().toBeNever();
	expectTypeOf<"finbox.unrecognized">().toExtend<Loose>();
	const payment = {} as Data<"dealpos.payment.created">;
	// @ts-expect-error the field is Amount
	expect(payment.Ammount).toBeUndefined();
	const session = {} as Data<"finbox.session.enrichment">;
	const [account] = session.accounts ?? [];
	// @ts-expect-error the field is bank_name
	expect(account?.bankName).toBeUndefined();
	const charge = {} as BillhookEvent;
	if (charge.type === "stripe.charge.succeeded")
		expectTypeOf(charge.data.created).toEqualTypeOf<number>();
	const all: Record<string, unknown> = payment;
	expect(all.CreatorID).toBeUndefined();
});

test("reads with nothing but zod and node:crypto", () => {
	const seen = new Set<string>();
	const outside = new Set<string>();
	const visit = (url: URL) => {
		if (seen.has(url.href)) return;
		seen.add(url.href);
		const imports = readFileSync(url, "utf8").matchAll(
			/^(?:import|export) (?!type )[^;]*? from "([^"]+)";/gms,
		);
		for (const [, name = ""] of imports)
			if (name.startsWith(".")) visit(new URL(name, url));
			else outside.add(name);
	};
	visit(new URL("../functions/events.ts", import.meta.url));
	expect([...outside].sort()).toEqual(["node:crypto", "zod", "zod/mini"]);
});
