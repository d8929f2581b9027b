import type { Context } from "aws-lambda";
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	test,
	vi,
} from "vitest";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import { PollLine } from "../../functions/log/logged.ts";
import { subjectHash } from "../../functions/log/subject-hash.ts";
import { pollHandler } from "../../functions/poll.ts";
import type { Watches } from "../../functions/polling/poll.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { eventsOf } from "../support/endpoint.ts";
import { catchLines } from "../support/lines.ts";
import {
	openToyApi,
	pageOf,
	rowsOf,
	type ToyReply,
	toy,
	toyWatches,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());
afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});

const byId = (one: { id?: unknown }, other: { id?: unknown }) =>
	String(one.id) < String(other.id) ? -1 : 1;

const context = (seconds = 60) =>
	({
		awsRequestId: "request",
		getRemainingTimeInMillis: () => seconds * 1000,
	}) as Context;

/** A poll function in its own environment, and the lines that it logs. */
async function openFunction(settings: () => Record<string, unknown>) {
	const secrets = await openToyApi(() => ({
		body: { SecretString: JSON.stringify(settings()) },
	}));
	const inbox = await cloud.inboxTable();
	const watches = await cloud.watchesTable();
	vi.stubEnv("BILLHOOK_STAGE", "test");
	vi.stubEnv("BILLHOOK_INBOX", inbox);
	vi.stubEnv("BILLHOOK_WATCHES", watches);
	vi.stubEnv("BILLHOOK_BUCKET", await cloud.bucket());
	vi.stubEnv("BILLHOOK_SECRET", "billhook/test/toy");
	vi.stubEnv("BILLHOOK_RETENTION_DAYS", "35");
	vi.stubEnv("BILLHOOK_SUBJECT_KEY", "key");
	vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.url);
	const texts = catchLines();
	return {
		inbox,
		watches,
		get lines(): Record<string, unknown>[] {
			return texts.map((text) => JSON.parse(text));
		},
		[Symbol.dispose]: () => secrets[Symbol.dispose](),
	};
}

describe("the poll function", () => {
	test("answers what its run did, and logs it in one line that counts", async () => {
		const rows = rowsOf(12);
		using api = await openToyApi((request) => pageOf(rows, request));
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "a key",
			secret: "a secret",
		}));
		const handler = pollHandler(toy());
		const summary = await handler({}, context());
		expect(summary).toMatchObject({
			requests: 2,
			observed: 12,
			recorded: 12,
			recovered: 12,
			known: 0,
			stale: 0,
			failed: 0,
			expired: 0,
		});
		expect(Date.parse(summary.next ?? "")).toBeGreaterThan(Date.now());
		expect(await eventsOf(cloud, resources.inbox)).toHaveLength(12);
		expect(resources.lines).toMatchObject([
			{
				function: "poll",
				Stage: "test",
				Provider: "toy",
				requests: 2,
				observed: 12,
				recovered: 12,
				PollRan: 1,
				Polled: 12,
				Recorded: 12,
				Recovered: 12,
			},
		]);
		const text = JSON.stringify(resources.lines);
		for (const secret of ["row 1", "a key", "a secret", api.url, "/rows"])
			expect(text).not.toContain(secret);
		await handler({}, context());
		expect(resources.lines[1]).not.toHaveProperty("Recovered");
	});

	test("names the events it has brought, a hundred a line, each with the trace that stands in it", async () => {
		const rows = rowsOf(101);
		using api = await openToyApi((request) => pageOf(rows, request));
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "k",
			secret: "s",
		}));
		await pollHandler(toy())({}, context());
		const [first, second] = resources.lines.map((line) => PollLine.parse(line));
		expect(first?.recovered).toBe(101);
		expect([first?.part, second?.part]).toEqual([undefined, 2]);
		expect(first?.events).toHaveLength(100);
		const events = [first, second].flatMap((line) => line?.events ?? []);
		const written = await eventsOf(cloud, resources.inbox);
		const traces = written.map(({ traceparent }) => traceparent);
		expect(new Set(traces).size).toBe(101);
		expect(
			written
				.map(({ id, type, traceparent, subject }) => ({
					id,
					type,
					traceparent,
					subject: subjectHash(String(subject), "key"),
				}))
				.toSorted(byId),
		).toEqual(events.toSorted(byId));
	});

	test("alarms nobody before anybody has configured it, and begins when somebody does", async () => {
		const rows = rowsOf(3);
		using api = await openToyApi((request) => pageOf(rows, request));
		let settings = {};
		using resources = await openFunction(() => settings);
		const handler = pollHandler(toy());
		expect(await handler({}, context())).toMatchObject({
			skipped: "not configured",
			requests: 0,
		});
		expect(resources.lines[0]).toMatchObject({ PollRan: 1 });
		expect(resources.lines[0]).not.toHaveProperty("Configuration");
		settings = { apiUrl: api.url, key: "k", secret: "s" };
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 20_000 });
		expect(await handler({}, context())).toMatchObject({ recovered: 3 });
		vi.useRealTimers();
	});

	test.each<[string, ToyReply, Record<string, unknown>]>([
		[
			"wrong credentials",
			{ status: 401 },
			{ Configuration: 1, PollFailed: 1, settings: ["key", "secret"] },
		],
		["a fault", { status: 500 }, { PollFailed: 1 }],
		["too many", { status: 429 }, { stopped: "provider" }],
	])("counts %s by its own metric", async (_, reply, line) => {
		using api = await openToyApi(() => reply);
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "k",
			secret: "s",
		}));
		await pollHandler(toy())({}, context());
		expect(resources.lines).toMatchObject([line]);
	});

	test("polls nothing while a setting is misspelt, and names it", async () => {
		using api = await openToyApi(() => ({ status: 500 }));
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "k",
			secrets: "s-value",
		}));
		expect(await pollHandler(toy())({}, context())).toMatchObject({
			skipped: "the settings are wrong",
		});
		expect(resources.lines).toMatchObject([
			{
				Configuration: 1,
				settings: ["secrets: there is no such setting; is secret meant?"],
			},
		]);
		expect(JSON.stringify(resources.lines)).not.toContain("s-value");
		expect(api.requests).toEqual([]);
	});

	test("goes on with the settings it had while somebody has misspelt one, and names it", async () => {
		const rows = rowsOf(2);
		using api = await openToyApi((request) => pageOf(rows, request));
		let more = {};
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "k",
			secret: "s",
			...more,
		}));
		const handler = pollHandler(toy());
		await handler({}, context());
		more = { kee: "k" };
		rows.push(...rowsOf(3).slice(2));
		expect(await handler({}, context())).toMatchObject({ recovered: 1 });
		expect(resources.lines[1]).toMatchObject({
			Configuration: 1,
			settings: ["kee: there is no such setting; is key meant?"],
		});
	});

	test("counts an expired watch and an open breaker", async () => {
		let failing = false;
		using api = await openToyApi(() =>
			failing ? { status: 500 } : { body: null },
		);
		using resources = await openFunction(() => ({
			apiUrl: api.url,
			key: "k",
			secret: "s",
		}));
		const past = new Date(Date.now() - 80 * 3_600_000);
		const watches = openWatches({
			table: resources.watches,
			dynamodb: withPatience(openDynamoDb()),
			rules: toyWatches as Watches,
			now: () => past,
		});
		const handler = pollHandler(toy({ list: undefined, watches: toyWatches }));
		await watches.start({ subject: "a" });
		await handler({}, context());
		expect(resources.lines).toMatchObject([{ WatchExpired: 1, expired: 1 }]);
		failing = true;
		for (const subject of ["b", "c", "d", "e"])
			await watches.start({ subject });
		await handler({}, context());
		expect(resources.lines).toMatchObject([{}, { BreakerOpened: 1 }]);
		await watches.start({ subject: "f" });
		await handler({}, context());
		expect(resources.lines[2]).toMatchObject({
			stopped: "breaker",
			failed: 0,
			PollFailed: 1,
		});
	});

	test("says what is missing in its environment", () => {
		vi.stubEnv("BILLHOOK_STAGE", "test");
		expect(() => pollHandler(toy())).toThrow(/BILLHOOK_INBOX/);
	});
});
