import { execFileSync } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { isShown } from "../../functions/proofs/proof.ts";
import type { Provider } from "../../functions/provider.ts";
import {
	loadProviders,
	providerNames,
	providers,
} from "../../functions/providers.ts";
import { signedExample } from "../../testing/signed-example.ts";
import {
	dataOf,
	declares,
	exampleOf,
	findExample,
	readBody,
	readEvent,
	schemaOf,
} from "../support/examples.ts";
import { holds } from "../support/property.ts";

const secret = "Zx9-never-to-be-shown";
// one without an example fails the contract, and nobody else
const byName = providers
	.filter((provider) => findExample(provider))
	.map((provider) => [provider.name, provider] as const);

describe("the registry", () => {
	const root = mkdtempSync(join(tmpdir(), "providers-"));
	afterAll(() => rmSync(root, { recursive: true }));
	let folders = 0;

	function folderWith(files: Record<string, string>): string {
		const folder = join(root, String(++folders));
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(join(folder, path, ".."), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		return folder;
	}

	function module(name: string): string {
		return `export default { name: ${JSON.stringify(name)}, read() {} };`;
	}

	test("has every provider there is a folder of, in the order of their names", () => {
		const folder = join(import.meta.dirname, "../../functions/providers");
		const names = readdirSync(folder).sort();
		expect(names.length).toBeGreaterThan(0);
		expect(providerNames).toEqual(names);
		expect(providers.map(({ name }) => name)).toEqual(names);
	});

	test("reads sources and built modules, and no stray file", () => {
		const folder = folderWith({
			"built/provider.js": module("built"),
			"a-source-2/provider.ts": `const name: string = "a-source-2"; export default { name, read() {} };`,
			"README.md": "",
		});
		expect(loadProviders(folder).map(({ name }) => name)).toEqual([
			"a-source-2",
			"built",
		]);
	});

	test("can be required by a CommonJS app", () => {
		const path = createRequire(import.meta.url).resolve(
			"../../functions/providers.ts",
		);
		const script = `console.log(require(${JSON.stringify(path)}).providerNames.join())`;
		const shown = execFileSync(process.execPath, [
			"--input-type=commonjs",
			"--eval",
			script,
		]);
		expect(shown.toString().trim()).toBe(providerNames.join());
	});

	test.each([
		["no-provider/example.ts", "", /no-provider has no provider\.ts/],
		[
			"Upper/provider.ts",
			module("Upper"),
			/"Upper" cannot be a provider's name/,
		],
		["1st/provider.ts", module("1st"), /"1st" cannot be a provider's name/],
		["under_score/provider.ts", module("under_score"), /rename the folder/],
		["one/provider.ts", module("other"), /named "other", but its folder "one"/],
		["one/provider.ts", "export const name = 'one';", /default export/],
	])("says what is wrong with %s", (path, text, message) => {
		expect(() => loadProviders(folderWith({ [path]: text }))).toThrow(message);
	});
});

describe.each(byName)("%s", (_, provider) => {
	const example = exampleOf(provider);
	const deliveries = example.deliveries.filter(({ event }) => event);
	const declared = Object.keys(provider.events);

	test("declares what it keeps of types that nobody declared", () => {
		expect(declared).toContain("unrecognized");
	});

	test("declares schemas that JSON Schema can say", () => {
		for (const type of declared)
			expect(() => z.toJSONSchema(schemaOf(provider, type))).not.toThrow();
	});

	test.each(deliveries.map((one) => [one.title, one] as const))(
		"reads its example: %s",
		(_, { body, path, headers, event }) => {
			const read = readEvent(provider, body, path, headers);
			expect({
				type: `${provider.name}.${read.type}`,
				subject: read.subject,
			}).toEqual(event);
			const data = dataOf(read, body);
			expect(z.parse(schemaOf(provider, read.type), data)).toEqual(data);
		},
	);

	test("reads each example into an event of its own", () => {
		const events = deliveries.map(({ body, path, headers }) => {
			const { type, subject, identity } = readEvent(
				provider,
				body,
				path,
				headers,
			);
			const kind = identity.kind === "once" ? type : "";
			return JSON.stringify({ kind, subject, identity });
		});
		expect(new Set(events).size).toBe(deliveries.length);
	});

	test("keeps fields that nobody declared", () => {
		for (const { body, path, headers, event } of deliveries) {
			const more = { ...(body as object), Newer_Field: { deep: [1] } };
			const read = readEvent(provider, more, path, headers);
			expect(`${provider.name}.${read.type}`).toBe(event?.type);
			const data = dataOf(read, more);
			expect(z.parse(schemaOf(provider, read.type), data)).toEqual(data);
		}
	});

	test("gives a body the same identity whatever the order of its keys", () => {
		for (const { body, path, headers } of deliveries) {
			const read = readEvent(provider, body, path, headers);
			expect(readEvent(provider, reversed(body), path, headers)).toEqual({
				...read,
				...("text" in read && { text: expect.anything() }),
			});
		}
	});

	test("names a wrong field and never a value", () => {
		for (const { body, path, headers } of deliveries)
			for (const [field, value] of Object.entries(body as object)) {
				const wrong = typeof value === "object" ? secret : { [field]: secret };
				const error = errorOf(() =>
					readBody(
						provider,
						{ ...(body as object), [field]: wrong },
						path,
						headers,
					),
				);
				if (!error) continue;
				expect(error.issues.map(({ path }) => path[0])).toContain(field);
				expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(
					secret,
				);
			}
	});

	test("refuses an id that is too long for a subject", () => {
		for (const { body, path, headers, event } of deliveries) {
			const [field, id] =
				Object.entries(body as object).find(
					([, value]) =>
						typeof value === "string" &&
						value !== "" &&
						String(event?.subject).endsWith(value),
				) ?? [];
			if (!field) continue;
			const long = (length: number) => () =>
				readBody(
					provider,
					{ ...(body as object), [field]: id.padEnd(length) },
					path,
					headers,
				);
			expect(errorOf(long(1024))).toBeUndefined();
			expect(errorOf(long(1025))?.issues).toMatchObject([{ path: [field] }]);
		}
	});

	test("throws nothing but a ZodError, whatever JSON comes", () => {
		const bodies = deliveries.map(({ body }) => body as object);
		const paths = deliveries.map(({ path }) => path);
		const headers = deliveries.map(({ headers }) => headers);
		holds(
			fc.property(
				fc.oneof(
					fc.jsonValue(),
					fc
						.tuple(
							fc.constantFrom(...bodies),
							fc.dictionary(anyField(bodies), fc.jsonValue()),
						)
						.map(([body, changes]) => ({ ...body, ...changes })),
				),
				fc.oneof(
					fc.constantFrom(...paths),
					fc.record({ group: fc.string(), event: fc.string() }),
				),
				fc.constantFrom(undefined, ...headers),
				(body, path, headers) => {
					errorOf(() => {
						const reading = readBody(provider, body, path, headers);
						if (!("event" in reading)) return;
						const { type, subject, time } = reading.event;
						const data = dataOf(reading.event, body);
						expect(declares(provider, type)).toBe(true);
						expect(subject).not.toBe("");
						expect(time?.toISOString() ?? "2026-").toMatch(/^\d{4}-/);
						expect(accepts(provider, type, data)).toBe(true);
					});
				},
			),
			{ numRuns: 2000 },
		);
	});

	test("asks for nothing that is not configured", () => {
		const nothing = z.parse(provider.settings, {});
		expect(provider.proofs(nothing)).toEqual([]);
		const blank = Object.fromEntries(
			Object.keys(example.settings).map((name) => [name, ""]),
		);
		expect(provider.proofs(z.parse(provider.settings, blank))).toEqual([]);
	});

	test("lets no mistake in a setting of its poll refuse a webhook", () => {
		const ofPoll = Object.keys(provider.poll?.settings._zod.def.shape ?? {});
		const ofWebhook = Object.keys(provider.settings._zod.def.shape);
		expect(ofWebhook.filter((name) => ofPoll.includes(name))).toEqual([]);
	});

	test("accepts its example as it is signed under the example's settings, and as little without a proof", () => {
		const settings = z.parse(provider.settings, example.settings);
		const proofs = provider.proofs(settings);
		const receivedAt = new Date();
		const shown = (headers: Record<string, string>, text: string) =>
			proofs.map((proof) =>
				isShown(proof, { headers, bytes: Buffer.from(text), receivedAt }),
			);
		for (const one of example.deliveries) {
			const { headers, text } = signedExample(
				provider,
				example,
				one,
				receivedAt,
			);
			expect(shown(headers, text)).toEqual(proofs.map(() => true));
			expect(shown({ ...one.headers }, text)).toEqual(proofs.map(() => false));
		}
	});
});

function accepts(provider: Provider, type: string, data: unknown): boolean {
	const json = JSON.parse(JSON.stringify(data));
	return z.safeParse(schemaOf(provider, type), json).success;
}

/** The ZodError that a reading ends in; anything else thrown goes on. */
function errorOf(read: () => unknown): z.core.$ZodError | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		if (error instanceof z.core.$ZodError) return error;
		throw error;
	}
}

function anyField(bodies: readonly object[]): fc.Arbitrary<string> {
	return fc.constantFrom(...new Set(bodies.flatMap(Object.keys)), "__proto__");
}

function reversed(json: unknown): unknown {
	if (Array.isArray(json)) return json.map(reversed);
	if (json === null || typeof json !== "object") return json;
	const entries = Object.entries(json).reverse();
	return Object.fromEntries(
		entries.map(([key, value]) => [key, reversed(value)]),
	);
}
