import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
	vi,
} from "vitest";
import * as z from "zod";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import { watchHandler } from "../../functions/watch.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { catchLines } from "../support/lines.ts";
import { toy, toyWatches } from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const watched = toy({
	watches: {
		...toyWatches,
		kinds: ["row", "batch"],
		subject: z.string().min(1).max(500),
	},
});
const unwatched = { ...toy(), name: "list" };

let table: string;
let lines: string[];
beforeEach(async () => {
	table = await cloud.watchesTable();
	vi.stubEnv("BILLHOOK_STAGE", "test");
	vi.stubEnv("BILLHOOK_RETENTION_DAYS", "35");
	vi.stubEnv("BILLHOOK_SUBJECT_KEY", "key");
	vi.stubEnv("BILLHOOK_WATCHES_BY_PROVIDER", JSON.stringify({ toy: table }));
	lines = catchLines();
});
afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});

interface Asked {
	provider?: string;
	body?: unknown;
	query?: Record<string, string>;
}

async function send(
	method: string,
	{ provider = "toy", body, query }: Asked = {},
) {
	const text = typeof body === "string" ? body : JSON.stringify(body);
	const handler = watchHandler([watched, unwatched]);
	const event = {
		pathParameters: { provider },
		queryStringParameters: query,
		requestContext: { http: { method } },
		body: text && Buffer.from(text).toString("base64"),
		isBase64Encoded: true,
	} as unknown as APIGatewayProxyEventV2;
	const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 10_000 };
	const answer = await handler(event, context as Context);
	return {
		status: answer.statusCode,
		type: answer.headers?.["content-type"],
		allow: answer.headers?.allow,
		json: answer.body ? JSON.parse(answer.body) : undefined,
	};
}

const soon = (hours: number) =>
	new Date(Date.now() + hours * 3_600_000).toISOString();

describe("the watches' address", () => {
	test("starts a watch, once", async () => {
		const deadline = soon(5);
		const body = { subject: "s", reference: "r", deadline };
		const first = await send("POST", { body });
		expect(first).toMatchObject({
			status: 201,
			json: { subject: "s", kind: "row", reference: "r", deadline, asked: 0 },
		});
		const again = await send("POST", { body: { subject: "s" } });
		const { deadline: _, ...rest } = Object(first.json);
		expect(again).toMatchObject({ status: 200, json: rest });
		expect(Object(again.json).deadline > deadline).toBe(true);
		const dynamodb = withPatience(openDynamoDb());
		expect(await openWatches({ table, dynamodb }).byReference("r")).toBe("s");
	});

	test("lists every watch, page by page", async () => {
		const subjects = Array.from({ length: 120 }, (_, index) => `s${index}`);
		const rules = watched.poll?.watches;
		const watches = openWatches({
			table,
			rules,
			dynamodb: withPatience(openDynamoDb()),
		});
		await Promise.all(subjects.map((subject) => watches.start({ subject })));
		const found: string[] = [];
		let next: string | undefined;
		do {
			const query = next ? { next } : undefined;
			const { status, json } = await send("GET", { query });
			expect(status).toBe(200);
			for (const { subject } of json.watches) found.push(subject);
			next = json.next;
		} while (next);
		expect(found.toSorted()).toEqual(subjects.toSorted());
	});

	test("lists nothing where nothing is watched", async () => {
		expect((await send("GET")).json).toEqual({ watches: [] });
	});

	test("stops a watch, and says when there is none", async () => {
		await send("POST", { body: { subject: "a/b c" } });
		const query = { subject: "a/b c" };
		expect(await send("DELETE", { query })).toMatchObject({ status: 204 });
		expect(await send("DELETE", { query })).toMatchObject({ status: 404 });
		expect((await send("GET")).json).toEqual({ watches: [] });
	});

	test("tells kinds apart", async () => {
		const body = { subject: "s", kind: "batch" };
		expect(await send("POST", { body })).toMatchObject({ status: 201 });
		expect(await send("DELETE", { query: { subject: "s" } })).toMatchObject({
			status: 404,
		});
		expect(await send("DELETE", { query: body })).toMatchObject({
			status: 204,
		});
	});

	test.each<[string, unknown]>([
		["subject", {}],
		["subject", { subject: "" }],
		["subject", { subject: 7 }],
		["subject", { subject: "s".repeat(501) }],
		["kind", { subject: "s", kind: "bank" }],
		["reference", { subject: "s", reference: "" }],
		["reference", { subject: "s", reference: "r".repeat(1025) }],
		["reference", { subject: "s", reference: "\udc00r" }],
		["reference", { subject: "s", reference: "\ufffd" }],
		["subject", { subject: "s\ud83d" }],
		["refrence", { subject: "s", refrence: "r" }],
		["deadline", { subject: "s", deadline: "tomorrow" }],
		["deadline", { subject: "s", deadline: "2026-11-21T12:00:00" }],
		["deadline", { subject: "s", deadline: soon(-1) }],
		["deadline", { subject: "s", deadline: soon(35 * 24 + 1) }],
	])("names the field that is wrong: %s in %j", async (field, body) => {
		const answer = await send("POST", { body });
		expect(answer).toMatchObject({
			status: 422,
			type: "application/problem+json",
			json: { errors: [{ field }] },
		});
		expect((await send("GET")).json).toEqual({ watches: [] });
	});

	test("names no more than twenty fields that nobody declared", async () => {
		const fields = Array.from({ length: 100_000 }, (_, at) => [`odd ${at}`, 1]);
		const body = { subject: "s", ...Object.fromEntries(fields) };
		const { status, json } = await send("POST", { body });
		expect(status).toBe(422);
		expect((json as { errors: unknown[] }).errors).toHaveLength(20);
	});

	test("takes a reference that another subject has had", async () => {
		await send("POST", { body: { subject: "s", reference: "r" } });
		expect(
			await send("POST", { body: { subject: "t", reference: "r" } }),
		).toMatchObject({ status: 201, json: { subject: "t", reference: "r" } });
	});

	test.each(["", "{", "null", "[]"])(
		"refuses a body that is no watch: %j",
		async (body) => {
			const { status } = await send("POST", { body });
			expect([400, 422]).toContain(status);
		},
	);

	test("names what a DELETE and a GET lack", async () => {
		expect(await send("DELETE")).toMatchObject({
			status: 422,
			json: { errors: [{ field: "subject" }] },
		});
		expect(await send("GET", { query: { next: "x" } })).toMatchObject({
			status: 422,
			json: { errors: [{ field: "next" }] },
		});
	});

	test("says which methods it takes", async () => {
		expect(await send("PUT")).toMatchObject({
			status: 405,
			allow: "GET, POST, DELETE",
			type: "application/problem+json",
		});
	});

	test("says that a provider has no watches, or is none", async () => {
		const without = await send("POST", {
			provider: "list",
			body: { subject: "s" },
		});
		expect(without).toMatchObject({
			status: 404,
			json: { detail: expect.stringContaining("has no watches") },
		});
		expect(await send("GET", { provider: "nobody" })).toMatchObject({
			status: 404,
		});
	});

	test("is unavailable while its table is, and gives nothing away", async () => {
		vi.stubEnv("BILLHOOK_WATCHES_BY_PROVIDER", '{"toy":"not-there"}');
		const body = { subject: "ann@example.com" };
		const answer = await send("POST", { body });
		expect(answer.status).toBe(503);
		expect(lines.map((line) => JSON.parse(line))).toMatchObject([
			{ status: 503, Unavailable: 1 },
		]);
		const said = JSON.stringify([answer, lines]);
		expect(said).not.toContain("ann@");
		expect(said).not.toContain("not-there");
	});
});
