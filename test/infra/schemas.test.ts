import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { CloudEvent } from "cloudevents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { schemaFile } from "../../infra/build/event-schema.ts";
import { generated, outdated } from "../../infra/build/generate.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { messagesOf } from "../support/messages.ts";

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, "../../schemas");

// compiles nothing that looks like a slip: whoever reads the schemas may be as strict
const ajv = new Ajv2020({ allErrors: true, strict: true });
addFormats.default(ajv);

function readSchema(name: string) {
	return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}

const types = providers.flatMap(({ name, events }) =>
	Object.keys(events).map((type) => `${name}.${type}`),
);
const validators = new Map(
	types.map((type) => [type, ajv.compile(schemaOf(type))]),
);

function schemaOf(type: string) {
	return readSchema(schemaFile(type).replace(".json", ""));
}

/** The type by whose schema such an event is: its own, or its provider's open one. */
function declared(type: string): string {
	return types.includes(type) ? type : `${type.split(".", 1)}.*`;
}

function complaints(event: { type: string } & Record<string, unknown>) {
	const validate = validators.get(declared(event.type));
	if (!validate) return [`no schema for ${event.type}`];
	validate(event);
	return (validate.errors ?? []).map(
		({ instancePath, message }) => `${instancePath} ${message}`,
	);
}

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

test("what is committed is what the providers' schemas say", () => {
	expect(outdated()).toEqual([]);
});

test("a schema that changed, is missing or has no event any more is out of date", () => {
	const files = generated();
	const [changed = ""] = files.keys();
	const gone = `schemas/${schemaFile(types[0] ?? "")}`;
	files.set(changed, "other").set("schemas/new.json", "{}").delete(gone);
	expect(outdated(files).sort()).toEqual(
		[changed, "schemas/new.json", gone].sort(),
	);
});

describe.each(providers.map((provider) => [provider.name, provider] as const))(
	"%s",
	(name, provider) => {
		let events: ({ type: string } & Record<string, unknown>)[];
		beforeAll(async () => {
			const messages = await messagesOf(cloud, provider);
			events = messages.map((message) => JSON.parse(message));
		});

		test("has a type for what nobody declared", () => {
			expect(types).toContain(`${name}.unrecognized`);
		});

		test("writes events that are valid by the schema of their type", () => {
			expect(events.length).toBeGreaterThan(0);
			for (const event of events)
				expect({ type: event.type, wrong: complaints(event) }).toEqual({
					type: event.type,
					wrong: [],
				});
		});

		test("writes CloudEvents", () => {
			for (const event of events)
				expect(new CloudEvent(event).validate()).toBe(true);
		});

		test("writes the identifier of its data's schema as dataschema", () => {
			for (const { type, dataschema } of events) {
				const { $id } = schemaOf(declared(type)).properties.data;
				expect($id.replace("*", type.slice(name.length + 1))).toBe(dataschema);
			}
		});

		test("lets fields through that its schema does not name", () => {
			for (const event of events) {
				const more = {
					...event,
					somethingnew: "1",
					data: { ...(event.data as object), newer: 1 },
				};
				expect(complaints(more)).toEqual([]);
			}
		});

		test("takes a reference to data in its place, but not neither or another type's name", () => {
			for (const { data, ...event } of events) {
				expect(complaints({ ...event, dataref: "s3://bucket/key" })).toEqual(
					[],
				);
				expect(complaints(event)).not.toEqual([]);
				expect(
					complaints({
						...event,
						data,
						source: "/providers/another",
					} as typeof event),
				).not.toEqual([]);
			}
		});
	},
);

interface JsonSchema {
	description?: string;
	const?: unknown;
	properties?: Record<string, JsonSchema>;
	anyOf?: JsonSchema[];
	items?: JsonSchema;
}

/** Every field of a schema, however deep, but those that are always one word. */
function fieldsOf(schema: JsonSchema, path = ""): [string, JsonSchema][] {
	const { properties = {}, anyOf = [], items } = schema;
	const inside = items ? [...anyOf, items] : anyOf;
	const own = Object.entries(properties).flatMap(([name, field]) => [
		...(field.const === undefined
			? [[path + name, field] as [string, JsonSchema]]
			: []),
		...fieldsOf(field, `${path}${name}.`),
	]);
	return [...own, ...inside.flatMap((each) => fieldsOf(each, path))];
}

describe("data's fields", () => {
	const fields = types.flatMap((type) =>
		fieldsOf(schemaOf(type).properties.data).map(
			([path, { description = "" }]) => ({
				field: `${type.split(".")[0]} ${path}`,
				description,
			}),
		),
	);
	const called = (names: RegExp) =>
		fields.filter(({ field }) => names.test(field));

	test("each say what they hold", () => {
		expect(fields.length).toBeGreaterThan(200);
		expect(fields.filter(({ description }) => !description)).toEqual([]);
	});

	test("say of money in which currency it is", () => {
		const money = called(
			/(Amount|otal|Balance_Due|Tax|Tip|Discount|Shipping|Cashback|Line_Items)$/,
		);
		expect([...new Set(money.map(({ field }) => field))].sort()).toEqual([
			"dealpos Amount",
			"photon data.Balance_Due",
			"photon data.Cashback",
			"photon data.Discount",
			"photon data.Line_Items",
			"photon data.Shipping",
			"photon data.Subtotal",
			"photon data.Tax",
			"photon data.Tip",
			"photon data.Total",
		]);
		for (const { description } of money)
			expect(description).toMatch(/currency/i);
	});

	test("say of days and times how they are written", () => {
		const times = called(/(_date|Date|Created|occurredAt)$/);
		expect([...new Set(times.map(({ field }) => field))].sort()).toEqual([
			"dealpos Created",
			"dealpos Date",
			"finbox session_date_range.from_date",
			"finbox session_date_range.to_date",
			"marosa occurredAt",
			"photon data.Created",
			"photon data.Date",
			"photon data.Delivery_Date",
			"photon data.Due_Date",
			"photon data.Order_Date",
			"photon data.Service_End_Date",
			"photon data.Service_Start_Date",
			"photon data.Ship_Date",
		]);
		for (const { description } of times)
			expect(description).toMatch(/DD|ISO 8601|in one of several formats/);
	});
});

describe("the AsyncAPI document", () => {
	const document = readSchema("asyncapi");

	test("is valid by AsyncAPI's own schema", () => {
		const asyncapi = new Ajv({ strict: false, allErrors: true });
		addFormats.default(asyncapi);
		const validate = asyncapi.compile(
			require("@asyncapi/specs/schemas/3.0.0-without-$id.json"),
		);
		validate(document);
		expect(validate.errors ?? []).toEqual([]);
	});

	test("has a channel for each provider's queue, and on it all of its events", () => {
		const channels = Object.entries<{ messages: object }>(
			document.channels,
		).map(([name, { messages }]) => [name, Object.keys(messages).sort()]);
		expect(channels).toEqual(
			providers.map(({ name }) => [
				name,
				types.filter((type) => type.startsWith(`${name}.`)).sort(),
			]),
		);
	});

	test("refers to nothing that is not there", () => {
		const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
		for (const [, reference = ""] of references) {
			if (reference.startsWith("#/"))
				expect(
					reference
						.slice(2)
						.split("/")
						.reduce((place, key) => place?.[key], document),
					reference,
				).toBeDefined();
			else
				expect(
					readSchema(reference.replace(/^\.\/|\.json$/g, "")),
				).toBeDefined();
		}
	});
});
