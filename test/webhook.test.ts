import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
	vi,
} from "vitest";
import { Logged, WebhookLine } from "../functions/log/logged.ts";
import { subjectHash } from "../functions/log/subject-hash.ts";
import type { Provider } from "../functions/provider.ts";
import finbox from "../functions/providers/finbox/provider.ts";
import photon from "../functions/providers/photon/provider.ts";
import { webhookHandler } from "../functions/webhook.ts";
import {
	openSecretsManager,
	type SecretsManager,
} from "../local/secrets-manager.ts";
import { type Cloud, openCloud } from "./support/cloud.ts";
import { eventsOf, token } from "./support/endpoint.ts";
import { catchLines } from "./support/lines.ts";
import { temporaryFolder } from "./support/local-app.ts";
import { quarantinedIn } from "./support/quarantined.ts";
import { type Fault, openWire } from "./support/wire.ts";

const folder = temporaryFolder();
const file = join(folder.path, "settings.json");
const secret = "billhook/test/provider";
const subjectKey = "an installation's key";
let cloud: Cloud;
let secrets: SecretsManager;

beforeAll(async () => {
	cloud = await openCloud();
	secrets = await openSecretsManager([
		{ provider: "any", holds: "webhook", arn: secret, file },
	]);
});
afterAll(async () => {
	await secrets[Symbol.asyncDispose]();
	await cloud[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});
afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});

const completed = {
	entity_id: "private entity",
	statement_id: "s",
	link_id: null,
	progress: "completed",
	reason: "",
};

/** A provider's function on fresh tables, and the lines it logs. */
async function open(
	provider: Provider,
	settings: object = {},
	secretStore = secrets.endpoint,
) {
	writeFileSync(file, JSON.stringify({ token, ...settings }));
	const table = await cloud.inboxTable();
	const environment = {
		BILLHOOK_STAGE: "test",
		BILLHOOK_INBOX: table,
		BILLHOOK_WATCHES: provider.poll?.watches && (await cloud.watchesTable()),
		BILLHOOK_BUCKET: await cloud.bucket(),
		BILLHOOK_SECRET: secret,
		BILLHOOK_RETENTION_DAYS: "35",
		BILLHOOK_SUBJECT_KEY: subjectKey,
		AWS_ENDPOINT_URL_SECRETS_MANAGER: secretStore,
	};
	for (const [name, value] of Object.entries(environment))
		vi.stubEnv(name, value);
	const lines = catchLines();
	const handler = webhookHandler(provider);
	const post = (body: unknown, parts: Parts = {}) =>
		handler(request(body, parts), context(parts.leftMs));
	return { table, post, lines };
}

interface Parts {
	leftMs?: number;
	isBase64Encoded?: boolean;
	headers?: Record<string, string>;
	token?: string;
	method?: string;
}

function request(body: unknown, parts: Parts): APIGatewayProxyEventV2 {
	const text = typeof body === "string" ? body : JSON.stringify(body);
	const { method = "POST", headers = {}, isBase64Encoded } = parts;
	return {
		headers,
		isBase64Encoded,
		body: parts.isBase64Encoded ? Buffer.from(text).toString("base64") : text,
		pathParameters: { token: parts.token ?? token },
		requestContext: {
			http: {
				method,
				sourceIp: "192.0.2.1",
				userAgent: 'sender "1"'.repeat(99),
			},
		},
	} as unknown as APIGatewayProxyEventV2;
}

function context(leftMs = 10_000): Context {
	const awsRequestId = "request-1";
	return { awsRequestId, getRemainingTimeInMillis: () => leftMs } as Context;
}

describe("the webhook function", () => {
	test("answers with what the provider expects, and logs one line without a private word", async () => {
		const { table, post, lines } = await open(finbox);
		expect(await post(completed)).toEqual({
			statusCode: 200,
			headers: {
				"content-type": "application/json",
				"billhook-outcome": "accepted",
			},
			body: '{"status":"success"}',
		});
		expect(await eventsOf(cloud, table)).toMatchObject([{ data: completed }]);
		expect(lines).toHaveLength(1);
		expect(JSON.parse(lines[0] ?? "")).toMatchObject({
			Stage: "test",
			Provider: "finbox",
			function: "webhook",
			outcome: "accepted",
			status: 200,
			requestId: "request-1",
			method: "POST",
			bytes: JSON.stringify(completed).length,
			events: [
				{
					outcome: "new",
					type: "finbox.extraction.completed",
					id: expect.any(String),
					subject: subjectHash(completed.entity_id, subjectKey),
				},
			],
			Recorded: 1,
			Delivered: 1,
		});
		expect(Logged.parse(JSON.parse(lines[0] ?? ""))).toBeTruthy();
		expect(lines[0]).not.toContain("private");
		expect(lines[0]).not.toContain(token);
	});

	test("says in its line what became of each delivery, and how it is found again, without a private word", async () => {
		const { table, post, lines } = await open(finbox, {
			webhookSecretKey: "private key",
		});
		const headers = { "x-secret-key": "private key" };
		const sent = { ...completed, accounts: [{ name: "private person" }] };
		await post(sent, { headers });
		await post(sent, { headers });
		await post({ ...sent, link_id: "private link" }, { headers });
		await post({ ...sent, progress: 7 }, { headers });
		await post("{", { headers });
		await post(sent);
		await post(sent, { headers, token: "private token" });
		await post(sent, { headers, method: "PUT" });
		const said = lines.map((line) => WebhookLine.parse(JSON.parse(line)));
		const [{ id } = { id: "" }] = await eventsOf(cloud, table);
		const kept = await quarantinedIn(cloud, table);
		const subject = subjectHash(completed.entity_id, subjectKey);
		const told = (outcome: string) => [
			{ outcome, type: "finbox.extraction.completed", id, subject },
		];
		expect(
			said.map(({ outcome, reason, events, quarantined = [] }) => [
				outcome,
				reason ?? quarantined.map((each) => each.reason).join(),
				events,
			]),
		).toEqual([
			["accepted", "", told("new")],
			["duplicate", "", told("repeat")],
			["quarantined", "conflict", told("conflict")],
			["quarantined", "invalid", undefined],
			["quarantined", "not-json", undefined],
			["quarantined", "unproven", undefined],
			["refused", "token", undefined],
			["refused", "method", undefined],
		]);
		expect(said[3]?.quarantined?.[0]?.fields).toEqual([
			{ path: "progress", message: expect.stringContaining("completed") },
		]);
		const keys = said.flatMap(({ quarantined = [] }) => quarantined);
		expect(keys.map((each) => each.id).sort()).toEqual(
			kept.map((item) => item.id).sort(),
		);
		expect(lines.join()).not.toContain("private");
		// what the provider itself has sent: with the right token, and the proof that is asked for
		expect(lines.map((line) => JSON.parse(line).Delivered ?? 0)).toEqual([
			1, 1, 1, 1, 1, 0, 0, 0,
		]);
	});

	test("says in its line where a delivery came from, and by what, only where that is asked for", async () => {
		const silent = await open(finbox);
		await silent.post(completed);
		expect(silent.lines.join()).not.toMatch(/192\.0\.2|sender/);
		vi.stubEnv("BILLHOOK_LOG_SENDERS", "yes");
		const { post, lines } = await open(finbox);
		await post(completed);
		expect(WebhookLine.parse(JSON.parse(lines.at(-1) ?? ""))).toMatchObject({
			address: "192.0.2.1",
			agent: 'sender "1"'.repeat(99).slice(0, 256),
		});
	});

	test("gives each delivery a trace of its own, in its line and in its event, whatever the sender's is", async () => {
		const { table, post, lines } = await open(finbox);
		const traceparent =
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		const headers = { traceparent };
		await post(completed, { headers });
		await post(completed, { headers });
		const logged = lines.map((line) => JSON.parse(line).traceparent);
		for (const one of logged)
			expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
		expect(new Set([traceparent, ...logged]).size).toBe(3);
		expect(await eventsOf(cloud, table)).toMatchObject([
			{ traceparent: logged[0] },
		]);
	});

	test("decodes what the gateway has encoded, whatever the content type", async () => {
		const { table, post } = await open(finbox);
		const headers = { "Content-Type": "application/json" };
		await post(completed, { isBase64Encoded: true, headers });
		expect(await eventsOf(cloud, table)).toMatchObject([{ data: completed }]);
	});

	test("asks for the proof that is configured, whatever the case of its header", async () => {
		const { post } = await open(finbox, { webhookSecretKey: "k" });
		expect(await post(completed)).toMatchObject({ statusCode: 401 });
		const headers = { "X-Secret-Key": "k" };
		expect(await post(completed, { headers })).toMatchObject({
			statusCode: 200,
		});
	});

	test.each<[string, () => (at: number, calls: number) => Fault | undefined]>([
		[
			"hangs at its first call",
			() => (_, calls) => (calls === 0 ? "hang" : undefined),
		],
		["hangs for 3 s", () => (at) => (at < 3000 ? "hang" : undefined)],
		[
			"cuts the connection for 1 s",
			() => (at) => (at < 1000 ? "reset" : undefined),
		],
		[
			"cuts its answers for 1 s",
			() => (at) => (at < 1000 ? "stall" : undefined),
		],
		[
			"is unavailable for 1 s",
			() => (at) => (at < 1000 ? { status: 503 } : undefined),
		],
		[
			"throttles for 1 s",
			() => (at) =>
				at < 1000 ? { status: 400, code: "ThrottlingException" } : undefined,
		],
	])("takes a delivery though the secret store %s", async (_, fails) => {
		const fault = fails();
		const begun = performance.now();
		let calls = 0;
		await using wire = await openWire(secrets.endpoint, () =>
			fault(performance.now() - begun, calls++),
		);
		const { post } = await open(finbox, {}, wire.endpoint);
		expect(await post(completed)).toMatchObject({ statusCode: 200 });
	});

	test("waits half a second, not two, for the call that its start began", async () => {
		let calls = 0;
		await using wire = await openWire(secrets.endpoint, () =>
			calls++ === 0 ? "hang" : undefined,
		);
		const { post } = await open(finbox, {}, wire.endpoint);
		const answer = await post(completed, { leftMs: 2000 });
		expect(answer).toMatchObject({ statusCode: 200 });
		expect(wire.passed).toHaveLength(2);
	});

	test("names the setting that nobody declared, asks the sender to come again, and counts it", async () => {
		const { post, lines } = await open(finbox, { webhookSecretkey: "a value" });
		expect(await post(completed)).toMatchObject({ statusCode: 503 });
		expect(JSON.parse(lines[0] ?? "")).toMatchObject({
			outcome: "unavailable",
			error: "SettingsUnreadable",
			Configuration: 1,
			settings: [
				"webhookSecretkey: there is no such setting; is webhookSecretKey meant?",
			],
		});
		expect(lines[0]).not.toContain("a value");
	});

	test("answers 503 before its time is up, where the table does not answer at all", async () => {
		const silent = createServer(() => {});
		await new Promise<void>((resolve) =>
			silent.listen(0, "127.0.0.1", resolve),
		);
		onTestFinished(() => {
			silent.close();
		});
		const address = silent.address();
		if (address === null || typeof address === "string") throw new Error();
		vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${address.port}`);
		const { post, lines } = await open(finbox);
		const leftMs = 1200;
		const timeUp = delay(leftMs, { statusCode: "none", headers: {} });
		const answer = await Promise.race([post(completed, { leftMs }), timeUp]);
		expect(answer).toMatchObject({ statusCode: 503 });
		expect(answer.headers).toMatchObject({ "retry-after": "10" });
		expect(JSON.parse(lines[0] ?? "")).toMatchObject({
			outcome: "unavailable",
			Unavailable: 1,
			error: "DeadlineNear",
		});
	});

	test("watches a document that is submitted again under its own reference, and finds it by that", async () => {
		const { table, post } = await open(photon);
		const keys = ["data/account/1.json", "data/account/2.json"];
		for (const photon_key of keys) {
			const { headers } = await post({ photon_key, ID: "r-1" });
			expect(headers).toMatchObject({ "billhook-outcome": "accepted" });
			// the newest subject is told by its start
			await delay(2);
		}
		await post({ data: { Total: 1 }, ID: "r-1", status: "success" });
		expect(await eventsOf(cloud, table)).toMatchObject([
			{ type: "photon.document.processed", subject: keys[1] },
		]);
	});

	test("finds the document of a photon callback that names only its reference", async () => {
		const { table, post } = await open(photon);
		const key = "data/account/2026-11-21/1.json";
		expect((await post({ photon_key: key, ID: "r-1" })).headers).toMatchObject({
			"billhook-outcome": "accepted",
		});
		expect((await post({ photon_key: key, ID: "r-1" })).headers).toMatchObject({
			"billhook-outcome": "duplicate",
		});
		const done = {
			data: { Total: 1 },
			ID: "r-1",
			message: "success",
			status: "success",
		};
		await post(done);
		await post({ ...done, ID: "r-2" });
		expect(await eventsOf(cloud, table)).toMatchObject([
			{ type: "photon.document.processed", subject: key, data: done },
			{ type: "photon.unrecognized" },
		]);
	});
});
