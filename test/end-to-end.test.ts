import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import {
	DeleteMessageCommand,
	DeleteQueueCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { App } from "aws-cdk-lib";
import { CloudEvent } from "cloudevents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerNames, providers } from "../functions/providers.ts";
import { BillhookStack } from "../infra/stack.ts";
import { type LocalCloud, openLocalCloud } from "../local/cloud.ts";
import { signedExample } from "../testing/signed-example.ts";
import { exampleOf } from "./support/examples.ts";
import { configFor } from "./support/installation.ts";
import { temporaryFolder } from "./support/local-app.ts";
import { send } from "./support/sender.ts";

const ajv = new Ajv2020({ allowUnionTypes: true });
addFormats.default(ajv);

function validatorOf(type: string) {
	const schema = (name: string) =>
		join(import.meta.dirname, `../schemas/${name}.json`);
	const own = schema(type);
	const path = existsSync(own) ? own : schema(`${type.split(".", 1)}.any`);
	const { $id, ...rest } = JSON.parse(readFileSync(path, "utf8"));
	return ajv.getSchema($id) ?? ajv.compile({ $id, ...rest });
}

const folder = temporaryFolder();
const assembly = join(folder.path, "cdk.out");
let cloud: LocalCloud;
let sqs: SQSClient;
const lines: string[] = [];

beforeAll(async () => {
	const app = new App({ outdir: assembly });
	// those too that are deployed only where somebody names them
	const all = Object.fromEntries(providerNames.map((name) => [name, {}]));
	new BillhookStack(app, { ...configFor("local"), providers: all });
	app.synth();
	// as in Lambda, where no package.json is around the bundles
	writeFileSync(join(assembly, "package.json"), '{ "type": "commonjs" }');
	cloud = await openLocalCloud({
		assembly,
		data: join(folder.path, "data"),
		port: 0,
		onLine: (_, line) => lines.push(line),
	});
	const { region, credentials, endpoints } = cloud.addresses;
	sqs = new SQSClient({
		region,
		credentials,
		endpoint: endpoints.sqs,
		useQueueUrlAsEndpoint: false,
	});
});

afterAll(async () => {
	sqs?.destroy();
	await cloud?.[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});

/** Takes messages off a queue until so many have come, then whatever else is there. */
async function drain(QueueUrl: string, expected: number): Promise<string[]> {
	const bodies: string[] = [];
	for (;;) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({
				QueueUrl,
				MaxNumberOfMessages: 10,
				WaitTimeSeconds: bodies.length < expected ? 20 : 0,
			}),
		);
		if (Messages.length === 0) return bodies;
		for (const { Body = "", ReceiptHandle } of Messages) {
			bodies.push(Body);
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
}

test("an edited settings file counts at the next delivery, and one that is wrong says so", async () => {
	const { finbox } = cloud.addresses.providers;
	const example = exampleOf({ name: "finbox" });
	const { settings: file = "", webhook = "" } = finbox ?? {};
	const before = readFileSync(file, "utf8");
	const post = async (headers = {}) =>
		(await fetch(webhook, { method: "POST", headers, body: "not JSON" }))
			.status;
	const edit = (more: object) =>
		writeFileSync(file, JSON.stringify({ ...JSON.parse(before), ...more }));
	expect(await post()).toBe(400);
	edit(example.settings);
	expect(await post()).toBe(401);
	expect(await post(example.headers)).toBe(400);
	// the last good ones go on
	edit({ misspelt: "setting" });
	expect(await post(example.headers)).toBe(400);
	expect(lines.join()).toContain("misspelt: there is no such setting");
	writeFileSync(file, before);
	expect(await post()).toBe(400);
});

describe.each(providers.map((provider) => [provider.name, provider] as const))(
	"%s",
	(name, provider) => {
		test("every example, posted twice at once, is on the queue exactly once", async () => {
			const example = exampleOf(provider);
			const own = cloud.addresses.providers[name];
			if (!own) throw new Error(`${name} is not in local.json`);
			const { settings = "" } = own;
			const held = JSON.parse(readFileSync(settings, "utf8"));
			writeFileSync(settings, JSON.stringify({ ...held, ...example.settings }));
			for (const one of example.deliveries) {
				const { title, body, path, event } = one;
				const behind = provider.path.map((segment) => `/${path?.[segment]}`);
				const post = () => {
					const { headers } = signedExample(provider, example, one, new Date());
					return send(own.webhook + behind.join(""), body, headers);
				};
				const answers = await Promise.all([post(), post()]);
				const outcomes = answers.map(
					({ status, headers }) =>
						`${status} ${headers.get("billhook-outcome")}`,
				);
				if (event)
					expect({ title, outcomes: outcomes.sort() }).toEqual({
						title,
						outcomes: ["200 accepted", "200 duplicate"],
					});
			}

			const wanted = example.deliveries.flatMap(({ event }) => event ?? []);
			const messages = (await drain(own.queueUrl, wanted.length)).map((text) =>
				JSON.parse(text),
			);
			const told = ({ type, subject }: { type: string; subject: string }) =>
				`${type} of ${subject}`;
			expect(messages.map(told).sort()).toEqual(wanted.map(told).sort());
			for (const message of messages) {
				const { type } = message;
				const valid = validatorOf(type)(message);
				expect({ type, valid }).toEqual({ type, valid: true });
				expect(new CloudEvent(message).validate()).toBe(true);
			}
		});

		test("whoever knows its URL is told which methods it takes, and nobody else", async () => {
			const known = cloud.addresses.providers[name]?.webhook ?? "";
			const behind = provider.path.map(() => "/any").join("");
			for (const method of ["PUT", "OPTIONS"]) {
				const refused = await fetch(known + behind, { method });
				expect([refused.status, refused.headers.get("allow")]).toEqual([
					405,
					"GET, HEAD, POST",
				]);
				const stranger = await fetch(`${known}x${behind}`, { method });
				expect([
					stranger.status,
					stranger.headers.get("allow"),
					stranger.headers.get("billhook-outcome"),
				]).toEqual([404, null, "refused"]);
			}
		});
	},
);

test("a queue that is gone neither delays nor repeats another provider's events", async () => {
	const { finbox, marosa } = cloud.addresses.providers;
	if (!finbox || !marosa)
		throw new Error("Two providers are not in local.json");
	await sqs.send(new DeleteQueueCommand({ QueueUrl: marosa.queueUrl }));
	const changed = {
		eventId: "b-1",
		eventType: "DOCUMENT_STATUS_CHANGED",
		occurredAt: "2026-11-21T12:00:00Z",
		documentId: "behind a broken queue",
		externalStatus: "",
		currentStatus: "OK",
		flowDetail: "",
	};
	const extracted = (statement_id: string) => ({
		entity_id: "beside a broken queue",
		statement_id,
		link_id: null,
		progress: "completed",
		reason: "",
	});
	const statements = Array.from({ length: 10 }, (_, index) => `s-${index}`);
	for (const statement of statements) {
		const answers = [
			await send(
				marosa.webhook,
				{ ...changed, eventId: `b-${statement}` },
				exampleOf({ name: "marosa" }).headers,
			),
			await send(
				finbox.webhook,
				extracted(statement),
				exampleOf({ name: "finbox" }).headers,
			),
		];
		expect(answers.map(({ status }) => status)).toEqual([200, 200]);
	}
	const messages = await drain(finbox.queueUrl, statements.length);
	expect(
		messages.map((text) => JSON.parse(text).data.statement_id).sort(),
	).toEqual(statements);
});

describe("bytes that are no UTF-8 text", () => {
	const { deliveries, headers } = exampleOf({ name: "finbox" });
	const body = JSON.stringify(deliveries[0]?.body);
	const post = async (sent: string | Buffer<ArrayBuffer>, more = {}) => {
		const response = await fetch(
			cloud.addresses.providers.finbox?.webhook ?? "",
			{
				method: "POST",
				headers: { "content-type": "application/json", ...headers, ...more },
				body: sent,
			},
		);
		return [response.status, response.headers.get("billhook-outcome")];
	};

	test.each([
		["gzip", gzipSync],
		["deflate", deflateSync],
		["br", brotliCompressSync],
	])(
		"are undone where they are %s and come unchanged, and are kept where they do not",
		async (encoding, compress) => {
			expect(await post(body)).toEqual([200, expect.any(String)]);
			const packed = compress(body);
			const encoded = { "content-encoding": encoding };
			const binary = { ...encoded, "content-type": "application/octet-stream" };
			expect(await post(packed, binary)).toEqual([200, "duplicate"]);
			const cut = packed.subarray(0, 20);
			expect(await post(cut, binary)).toEqual([400, "quarantined"]);
			// which the gateway takes for text, and changes: nobody knows what AWS's does
			expect(await post(packed, encoded)).toEqual([400, "quarantined"]);
		},
	);

	test("name no subject that nobody sent", async () => {
		const [before = "", after = ""] = body.split(/"entity_id":"/);
		const of = (byte: number) =>
			Buffer.concat([
				Buffer.from(`${before}"entity_id":"`),
				Buffer.from([byte]),
				Buffer.from(after),
			]);
		expect(await post(of(0x61))).toEqual([200, "accepted"]);
		for (const byte of [0xff, 0xfe])
			expect(await post(of(byte))).toEqual([400, "quarantined"]);
	});
});
